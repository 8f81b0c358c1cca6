package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.ByteWriter;

/** One name in a directory. */
public record Entry(EntryName name, Metadata metadata, Item item) {
    public Entry {
        if (item instanceof Item.Directory && metadata.links().isPresent()) {
            throw new IllegalArgumentException("a directory has one name");
        }
    }

    /** The hash of everything but the name: what it is, and where that is stored. Names of one file agree in it. */
    public Hash fingerprint() {
        Entry nameless = new Entry(EntryName.ROOT, metadata, item);
        ByteWriter writer = new ByteWriter();
        EntryFormat.writeFirst(writer, nameless);
        EntryFormat.writeSecond(writer, nameless);
        return new Sha256().hash(writer.buffer(), 0, writer.size());
    }
}
