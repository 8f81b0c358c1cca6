package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Makes frames of chunks, one after the other. For one thread, which closes it; its buffers are used again. */
public final class FrameBuilder implements AutoCloseable {
    // The table stands before the chunks, and is known only after them: it is written backwards from where they begin.
    private static final int ROOM_FOR_TABLE = FrameHeader.MOST_PLAIN - FrameHeader.MOST_BYTES;

    private final FrameKind kind;
    private final Zstd zstd = new Zstd();
    private final Packing packing;
    private final byte[] plain = new byte[FrameHeader.MOST_PLAIN];
    private final byte[] packed = new byte[FrameHeader.LENGTH + Zstd.bound(FrameHeader.MOST_PLAIN)];
    private final FrameReader reader = new FrameReader();
    private final List<Hash> chunks = new ArrayList<>();
    private int[] lengths = new int[64];
    private int end = ROOM_FOR_TABLE;

    public FrameBuilder(FrameKind kind) {
        this(kind, right -> right);
    }

    /** @param fault what comes of packing, as a fault of the memory or of the library would have it */
    FrameBuilder(FrameKind kind, UnaryOperator<Packing> fault) {
        this.kind = kind;
        this.packing = fault.apply(zstd::pack);
    }

    /** Packs bytes; answers how many they have become. */
    interface Packing {
        int pack(byte[] plain, int from, int length, byte[] target, int at);
    }

    /** Whether one more chunk of so many bytes has room in this frame. An empty frame has room for any. */
    public boolean hasRoom(int length) {
        return chunks.size() < FrameHeader.MOST_CHUNKS && end + length <= FrameHeader.MOST_PLAIN;
    }

    public boolean isEmpty() {
        return chunks.isEmpty();
    }

    /** Adds a chunk, for which there is room. */
    public void add(Hash id, byte[] bytes, int from, int length) {
        if (length < 1 || !hasRoom(length)) {
            throw new IllegalArgumentException("a chunk of " + length + " bytes has no room");
        }
        System.arraycopy(bytes, from, plain, end, length);
        end += length;
        if (chunks.size() == lengths.length) {
            lengths = Arrays.copyOf(lengths, 2 * lengths.length);
        }
        lengths[chunks.size()] = length;
        chunks.add(id);
    }

    /**
     * The frame of what was added; then another begins.
     *
     * @throws BrokenException if it does not unpack to what was packed, which a fault of the memory or of the library would cause
     */
    public Frame finish() throws BrokenException {
        int begin = writeTable();
        int length = end - begin;
        int stored = packing.pack(plain, begin, length, packed, FrameHeader.LENGTH);
        boolean smaller = stored < length;
        if (!smaller) {
            stored = length;
            System.arraycopy(plain, begin, packed, FrameHeader.LENGTH, length);
        }
        int checksum = FrameHeader.checksum(packed, FrameHeader.LENGTH, stored);
        byte[] header = new FrameHeader(stored, length, smaller, kind, checksum).toArray();
        System.arraycopy(header, 0, packed, 0, header.length);
        byte[] bytes = Arrays.copyOf(packed, FrameHeader.LENGTH + stored);
        Frame frame = new Frame(bytes, length, kind, List.copyOf(chunks), Arrays.copyOf(lengths, chunks.size()));
        compare(frame, begin);
        chunks.clear();
        end = ROOM_FOR_TABLE;
        return frame;
    }

    private int writeTable() {
        ByteWriter table = new ByteWriter();
        table.varint(chunks.size());
        for (int i = 0; i < chunks.size(); i++) {
            table.varint(lengths[i]);
        }
        int begin = ROOM_FOR_TABLE - table.size();
        System.arraycopy(table.buffer(), 0, plain, begin, table.size());
        return begin;
    }

    private void compare(Frame frame, int begin) throws BrokenException {
        String object = "a frame that was just made";
        PlainFrame read;
        try {
            read = reader.read(object, frame.bytes(), 0, frame.bytes().length);
        } catch (IOException e) {
            throw new BrokenException(object, String.valueOf(e.getMessage()));
        }
        if (!Arrays.equals(read.bytes(), 0, frame.plain(), plain, begin, end)) {
            throw new BrokenException(object, "it unpacks to something else than what was packed");
        }
    }

    @Override
    public void close() {
        zstd.close();
        reader.close();
    }
}
