package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.ByteWriter;
import java.util.Arrays;

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

    /** Whether another entry is the same, wherever the two are stored: a digest of a tree depends on nothing else. */
    boolean isSame(Entry other) {
        ByteWriter one = new ByteWriter();
        ByteWriter two = new ByteWriter();
        EntryFormat.writeFirst(one, this);
        EntryFormat.writeFirst(two, other);
        return Arrays.equals(one.buffer(), 0, one.size(), two.buffer(), 0, two.size());
    }
}
