package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.ByteWriter;
import io.flockerj.store.wire.Bytes;

/** The end of a pack: the table of its frames and chunks, and a trailer that says where that begins (format.md section 5). */
final class PackFooter {
    /** How long the trailer is. */
    static final int TRAILER = 24;

    /** A pack has at most so many frames. */
    static final int MOST_FRAMES = 65_536;

    /** A pack has at most so many chunks. */
    static final int MOST_CHUNKS = 1 << 20;

    /** What stands before the body of a footer. */
    static final int HEADER = 16;

    private static final int BEFORE_CHECKSUM = 12;
    private static final long MAGIC = FrameHeader.magic("flkjFOOT");
    private static final long END_MAGIC = FrameHeader.magic("flkjPEND");

    private PackFooter() {}

    /** Footer and trailer of a pack whose frames end at a place, and follow each other without gaps. */
    static byte[] write(PackTable table, long at) {
        return write(body(table), at);
    }

    /** As {@link #write(PackTable, long)}, for a pack that has so many bytes, of which only the body of the footer is at hand. */
    static byte[] around(byte[] body, long size) {
        return write(body, size - HEADER - body.length - TRAILER);
    }

    private static byte[] write(byte[] body, long at) {
        ByteWriter writer = new ByteWriter();
        writer.u64(MAGIC).u32(body.length).u32(FrameHeader.checksum(body, 0, body.length));
        writer.raw(body).u64(at).u32(HEADER + body.length);
        int checksum = FrameHeader.checksum(writer.buffer(), HEADER + body.length, BEFORE_CHECKSUM);
        return writer.u32(checksum).u64(END_MAGIC).toArray();
    }

    /** The body of a footer, out of footer and trailer. */
    static Bytes body(byte[] end) {
        return Bytes.of(end, HEADER, end.length - HEADER - TRAILER);
    }

    private static byte[] body(PackTable table) {
        ByteWriter body = new ByteWriter();
        body.varint(table.frames());
        for (int frame = 0; frame < table.frames(); frame++) {
            int first = table.firstChunk(frame);
            int behind = table.firstChunk(frame + 1);
            body.varint(table.frameLength(frame) - FrameHeader.LENGTH).varint(table.plainLength(frame));
            body.u8(table.kind(frame).code()).varint(behind - first);
            for (int chunk = first; chunk < behind; chunk++) {
                body.hash(table.chunk(chunk)).varint(table.chunkLength(chunk));
            }
        }
        return body.toArray();
    }

    /**
     * How long footer and trailer are together.
     *
     * @param end holds the last bytes of a pack, at least the trailer
     * @param size how long the pack is
     */
    static int length(String pack, byte[] end, long size) throws BrokenException {
        if (end.length < TRAILER) {
            throw new BrokenException(pack, "it ends too early");
        }
        int from = end.length - TRAILER;
        ByteReader reader = new ByteReader(pack, end, from, TRAILER);
        long at = reader.u64();
        long length = reader.u32();
        int checksum = (int) reader.u32();
        reader.check(reader.u64() == END_MAGIC, "it does not end as a pack does");
        reader.check(
                checksum == FrameHeader.checksum(end, from, BEFORE_CHECKSUM), "the checksum of its trailer is another");
        reader.check(
                at >= PackHeader.LENGTH && length >= HEADER && at + length + TRAILER == size,
                "its trailer does not fit it");
        return Math.toIntExact(length + TRAILER);
    }

    /**
     * Reads a footer.
     *
     * @param end footer and trailer
     * @param size how long the pack is
     */
    static PackTable read(String pack, byte[] end, long size) throws BrokenException {
        if (length(pack, end, size) != end.length) {
            throw new BrokenException(pack, "its footer is not as long as it should be");
        }
        ByteReader reader = new ByteReader(pack, end, 0, end.length - TRAILER);
        reader.check(reader.u64() == MAGIC, "its footer does not begin as one does");
        long length = reader.u32();
        int checksum = (int) reader.u32();
        reader.check(length == reader.remaining(), "its footer is not as long as it says");
        reader.check(
                checksum == FrameHeader.checksum(end, HEADER, (int) length), "the checksum of its footer is another");
        return table(reader, size - end.length);
    }

    private static PackTable table(ByteReader reader, long end) throws BrokenException {
        PackTable.Builder table = new PackTable.Builder();
        int frames = reader.varint("the number of frames", MOST_FRAMES);
        long at = PackHeader.LENGTH;
        for (int i = 0; i < frames; i++) {
            int length = FrameHeader.LENGTH + reader.varint("the length of a frame", FrameHeader.MOST_STORED);
            int plain = reader.varint("the plain length of a frame", FrameHeader.MOST_PLAIN);
            int kind = reader.u8();
            reader.check(FrameKind.isKnown(kind), "a frame is of an unknown kind");
            table.frame(at, length, plain, FrameKind.of(kind));
            readChunks(reader, table, plain);
            at += length;
        }
        reader.end();
        reader.check(at == end, "its frames are not as long as it is");
        return table.build();
    }

    private static void readChunks(ByteReader reader, PackTable.Builder table, int plain) throws BrokenException {
        int count = reader.varint("the number of chunks", FrameHeader.MOST_CHUNKS);
        reader.check(count > 0 && table.chunks() + count <= MOST_CHUNKS, "a frame has too few or too many chunks");
        Hash[] ids = new Hash[count];
        int[] lengths = new int[count];
        int start = ByteWriter.varintLength(count);
        for (int i = 0; i < count; i++) {
            ids[i] = reader.hash();
            lengths[i] = reader.varint("the length of a chunk", FrameHeader.MOST_BYTES);
            reader.check(lengths[i] > 0, "a chunk is empty");
            start += ByteWriter.varintLength(lengths[i]);
        }
        for (int i = 0; i < count; i++) {
            reader.check(lengths[i] <= plain - start, "the chunks of a frame are longer than it is");
            table.chunk(ids[i], start, lengths[i]);
            start += lengths[i];
        }
        reader.check(start == plain, "the chunks of a frame are not as long as it is");
    }
}
