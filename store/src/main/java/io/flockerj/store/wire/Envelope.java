package io.flockerj.store.wire;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What every object but packs is wrapped in: what it is, its version, what a reader has to know, and a hash (format.md section 2.1). */
public final class Envelope {
    /** No body is longer, but that of an index. */
    public static final int LONGEST_BODY = 16 << 20;

    /** No body of an index is longer. */
    public static final int LONGEST_INDEX = 256 << 20;

    /** Footers of many packs. */
    public static final String INDEX = "INDX";

    /** How much longer an object is than its body. */
    public static final int OVERHEAD = 24 + Hash.LENGTH;

    private static final int HEADER = 24;
    private static final int KIND_LENGTH = 4;
    private static final int VERSION = 1;
    private static final Bytes MAGIC = Bytes.utf8("flkj");

    private Envelope() {}

    /** Wraps a body. */
    public static byte[] wrap(String kind, FieldWriter body) {
        byte[] bytes = body.toArray();
        if (bytes.length > longest(kind)) {
            throw new IllegalArgumentException("an object of " + bytes.length + " bytes is too long");
        }
        ByteWriter writer = new ByteWriter();
        writer.raw(MAGIC).raw(kind.getBytes(StandardCharsets.US_ASCII));
        writer.u16(VERSION).u16(0).u32(0).u32(0).u32(bytes.length).raw(bytes);
        return writer.hash(new Sha256().hash(writer.buffer(), 0, writer.size())).toArray();
    }

    private static int longest(String kind) {
        return kind.equals(INDEX) ? LONGEST_INDEX : LONGEST_BODY;
    }

    /**
     * Unwraps an object.
     *
     * @param object what is read, for messages
     * @param kind four letters that say what it should be
     */
    public static FieldReader unwrap(String object, String kind, byte[] bytes)
            throws BrokenException, UnsupportedException {
        ByteReader reader = new ByteReader(object, bytes);
        reader.check(reader.raw(MAGIC.length()).equals(MAGIC), "it is none of ours");
        reader.check(reader.raw(KIND_LENGTH).equals(Bytes.utf8(kind)), "it is something else");
        int version = reader.u16();
        if (version != VERSION) {
            throw new UnsupportedException(object, "version " + version + " of the format");
        }
        int seal = reader.u16();
        long readFeatures = reader.u32();
        if (seal != 0 || readFeatures != 0) {
            throw new UnsupportedException(
                    object, seal != 0 ? "a key" : "read features 0x" + Long.toHexString(readFeatures));
        }
        return body(reader, object, kind, bytes);
    }

    /**
     * What is in an object, whatever features it needs: for what helps people who cannot use it. Empty if nobody can tell.
     *
     * @param kind as for {@link #unwrap}
     */
    public static Optional<FieldReader> peek(String object, String kind, byte[] bytes) {
        try {
            ByteReader reader = new ByteReader(object, bytes);
            boolean isPlain = reader.raw(MAGIC.length()).equals(MAGIC)
                    && reader.raw(KIND_LENGTH).equals(Bytes.utf8(kind))
                    && reader.u16() == VERSION
                    && reader.u16() == 0;
            if (!isPlain) {
                return Optional.empty();
            }
            reader.u32();
            return Optional.of(body(reader, object, kind, bytes));
        } catch (BrokenException e) {
            return Optional.empty();
        }
    }

    private static FieldReader body(ByteReader reader, String object, String kind, byte[] bytes)
            throws BrokenException {
        long writeFeatures = reader.u32();
        int length = reader.u32("its length", longest(kind));
        reader.check(reader.remaining() == length + Hash.LENGTH, "it is not as long as it says");
        Hash actual = new Sha256().hash(bytes, 0, HEADER + length);
        FieldReader body = new FieldReader(object, reader.part(length), writeFeatures);
        reader.check(reader.hash().equals(actual), "its hash is another");
        return body;
    }
}
