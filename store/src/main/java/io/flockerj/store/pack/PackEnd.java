package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;

/** Footer and trailer of a pack: what is in it, as it says itself. Its checksums were compared, and it fits the pack's size. */
public final class PackEnd {
    private final PackInfo info;
    private final byte[] bytes;
    private final PackTable table;

    private PackEnd(PackInfo info, byte[] bytes, PackTable table) {
        this.info = info;
        this.bytes = bytes;
        this.table = table;
    }

    static PackEnd read(Hash pack, long size, byte[] bytes) throws BrokenException {
        PackTable table = PackFooter.read("pack " + pack, bytes, size);
        return new PackEnd(new PackInfo(pack, size, bytes.length, Sha256.of(bytes)), bytes, table);
    }

    /**
     * The end of a pack of which only the body of its footer is at hand, as in an index object. Whether the pack ends so is told by comparing
     * {@link #info()} with what a commit says of it.
     *
     * @param size of the whole pack
     */
    public static PackEnd ofBody(Hash pack, long size, byte[] body) throws BrokenException {
        if (size < body.length || size > PackInfo.MOST_BYTES) {
            throw new BrokenException("what is said of pack " + pack, "it cannot have " + size + " bytes");
        }
        return read(pack, size, PackFooter.around(body, size));
    }

    /** What a commit says of the pack, if it means this one. */
    public PackInfo info() {
        return info;
    }

    public PackTable table() {
        return table;
    }

    /** What an index object tells of the pack. */
    public IndexedPack indexed() {
        return new IndexedPack(info.name(), info.size(), PackFooter.body(bytes));
    }
}
