package io.flockerj.store.tree;

import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.ByteWriter;

/**
 * How much there is in a part of a tree. Each name counts, so a file with two names counts twice.
 *
 * @param entries names in it and below
 * @param bytes the sum of the sizes of files
 * @param data how many of these bytes are not in holes, nor in files so small that they stand in their directory
 */
public record Totals(long entries, long bytes, long data) {
    public static final Totals NONE = new Totals(0, 0, 0);

    /** Both together; what is beyond any number stays at the largest. */
    public Totals plus(Totals other) {
        return new Totals(sum(entries, other.entries), sum(bytes, other.bytes), sum(data, other.data));
    }

    private static long sum(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    void write(ByteWriter writer) {
        writer.varint(entries).varint(bytes).varint(data);
    }

    static Totals read(ByteReader reader) throws BrokenException {
        return new Totals(reader.varint(), reader.varint(), reader.varint());
    }
}
