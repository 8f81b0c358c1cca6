package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects frames in memory until they are worth a pack. For one thread. */
public final class PackBuilder {
    /** When a pack has so many bytes, the next one begins. */
    public static final long TARGET = 32L << 20;

    /** And when it has so many chunks: whoever writes or reads it has its table in memory. */
    static final int CHUNKS_TARGET = 65_536;

    private final List<byte[]> pieces = new ArrayList<>();
    private final PackTable.Builder table = new PackTable.Builder();
    private final Sha256 name = new Sha256();
    private final long target;
    private long size;

    public PackBuilder() {
        this(TARGET);
    }

    /** @param target how many bytes are enough: small repositories have several packs only if it is small too */
    public PackBuilder(long target) {
        this.target = target;
        append(PackHeader.write());
    }

    public boolean isEmpty() {
        return table.frames() == 0;
    }

    /** Whether it is long enough. */
    public boolean isFull() {
        return size >= target || table.frames() == PackFooter.MOST_FRAMES || table.chunks() >= CHUNKS_TARGET;
    }

    /** Adds a frame; it is not full. Those of nodes belong behind those of data. */
    public void add(Frame frame) {
        if (isFull()) {
            throw new IllegalStateException("the pack is full");
        }
        table.frame(size, frame.bytes().length, frame.plain(), frame.kind());
        int start = frame.plain() - Arrays.stream(frame.lengths()).sum();
        for (int i = 0; i < frame.lengths().length; i++) {
            table.chunk(frame.chunks().get(i), start, frame.lengths()[i]);
            start += frame.lengths()[i];
        }
        append(frame.bytes());
    }

    /** The pack of what was added. Then this one is of no further use. */
    public Pack finish() {
        PackTable built = table.build();
        byte[] footer = PackFooter.write(built, size);
        append(footer);
        Hash footerHash = Sha256.of(footer);
        return new Pack(new PackInfo(name.finish(), size, footer.length, footerHash), List.copyOf(pieces), built);
    }

    private void append(byte[] piece) {
        pieces.add(piece);
        name.add(piece, 0, piece.length);
        size += piece.length;
    }
}
