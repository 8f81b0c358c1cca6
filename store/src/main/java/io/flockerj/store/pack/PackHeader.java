package io.flockerj.store.pack;

import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.ByteWriter;
import io.flockerj.store.wire.UnsupportedException;

/** The first 64 bytes of a pack. Those of a pack that is not sealed are always the same. */
final class PackHeader {
    static final int LENGTH = 64;

    private static final int VERSION = 1;
    private static final int BEFORE_CHECKSUM = 60;
    private static final int SALT = 32;
    private static final long MAGIC = FrameHeader.magic("flkjPACK");

    private PackHeader() {}

    static byte[] write() {
        ByteWriter writer = new ByteWriter();
        writer.u64(MAGIC).u16(VERSION).u16(0).u32(0).u32(0).u32(0);
        writer.raw(new byte[SALT]).u32(0);
        return writer.u32(FrameHeader.checksum(writer.buffer(), 0, BEFORE_CHECKSUM))
                .toArray();
    }

    /** Errs if a pack that begins so cannot be read. */
    static void check(String pack, byte[] bytes) throws BrokenException, UnsupportedException {
        ByteReader reader = new ByteReader(pack, bytes);
        reader.check(bytes.length == LENGTH && reader.u64() == MAGIC, "it does not begin as a pack does");
        int version = reader.u16();
        int seal = reader.u16();
        long features = reader.u32();
        reader.skip(BEFORE_CHECKSUM - reader.position());
        reader.check(
                (int) reader.u32() == FrameHeader.checksum(bytes, 0, BEFORE_CHECKSUM),
                "the checksum of its header is another");
        if (version != VERSION || seal != 0 || features != 0) {
            throw new UnsupportedException(
                    pack, "version " + version + ", seal " + seal + " and features " + Long.toHexString(features));
        }
    }
}
