package io.flockerj.store.pack;

import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.ByteWriter;
import io.flockerj.store.wire.UnsupportedException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The 32 bytes before the stored bytes of a frame.
 *
 * @param stored how many stored bytes follow
 * @param plain how many they become
 * @param packed whether they are packed by zstd
 * @param checksum CRC-32C of the stored bytes
 */
record FrameHeader(int stored, int plain, boolean packed, FrameKind kind, int checksum) {
    /** Its length. */
    static final int LENGTH = 32;

    /** What each frame begins with. */
    static final long MAGIC = magic("flkjFRAM");

    /** All chunks of a frame together have at most so many bytes. */
    static final int MOST_BYTES = 512 * 1024;

    static final int MOST_CHUNKS = 4096;
    static final int MOST_PLAIN = 528 * 1024;
    static final int MOST_STORED = MOST_PLAIN + 16;

    private static final int BEFORE_CHECKSUM = 28;
    private static final int ZSTD = 1;

    static long magic(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        try {
            return new ByteReader(text, bytes).u64();
        } catch (BrokenException e) {
            throw new IllegalArgumentException("a magic has 8 letters: " + text, e);
        }
    }

    static int checksum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    byte[] toArray() {
        ByteWriter writer = new ByteWriter();
        writer.u64(MAGIC).u32(stored).u32(plain).u8(packed ? ZSTD : 0).u8(0);
        writer.u8(kind.code()).u8(0).u32(checksum).u32(0);
        return writer.u32(checksum(writer.buffer(), 0, BEFORE_CHECKSUM)).toArray();
    }

    /** Reads a header from 32 bytes. */
    static FrameHeader read(String object, byte[] bytes, int from) throws BrokenException, UnsupportedException {
        ByteReader reader = new ByteReader(object, bytes, from, LENGTH);
        reader.check(reader.u64() == MAGIC, "it does not begin as a frame does");
        int stored = reader.u32("the stored length", MOST_STORED);
        int plain = reader.u32("the plain length", MOST_PLAIN);
        int compression = reader.u8();
        int seal = reader.u8();
        int kind = reader.u8();
        int reserved = reader.u8();
        int checksum = (int) reader.u32();
        boolean zero = reader.u32() == 0 && reserved == 0;
        reader.check(
                (int) reader.u32() == checksum(bytes, from, BEFORE_CHECKSUM), "the checksum of its header is another");
        if (compression > ZSTD || seal != 0 || !FrameKind.isKnown(kind) || !zero) {
            throw new UnsupportedException(
                    object, "compression " + compression + ", seal " + seal + " and frames of kind " + kind);
        }
        boolean packed = compression == ZSTD;
        reader.check(packed ? stored > 0 && stored < plain : stored == plain, "its lengths contradict each other");
        return new FrameHeader(stored, plain, packed, FrameKind.of(kind), checksum);
    }
}
