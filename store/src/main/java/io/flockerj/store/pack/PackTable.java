package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What is where in a pack: frames in the order in which they lie there, and the chunks in them. Kept in arrays of numbers, for a
 * program may know ten million chunks.
 */
public final class PackTable {
    private final long[] frameStarts;
    private final int[] frameLengths;
    private final int[] plainLengths;
    private final FrameKind[] kinds;
    private final int[] firstChunks;
    private final long[] ids;
    private final int[] chunkStarts;
    private final int[] chunkLengths;

    private PackTable(Builder builder) {
        frameStarts = Arrays.copyOf(builder.frameStarts, builder.frames);
        frameLengths = Arrays.copyOf(builder.frameLengths, builder.frames);
        plainLengths = Arrays.copyOf(builder.plainLengths, builder.frames);
        kinds = Arrays.copyOf(builder.kinds, builder.frames);
        firstChunks = Arrays.copyOf(builder.firstChunks, builder.frames + 1);
        firstChunks[builder.frames] = builder.chunks;
        ids = Arrays.copyOf(builder.ids, 4 * builder.chunks);
        chunkStarts = Arrays.copyOf(builder.chunkStarts, builder.chunks);
        chunkLengths = Arrays.copyOf(builder.chunkLengths, builder.chunks);
    }

    /** How many frames there are. */
    public int frames() {
        return frameStarts.length;
    }

    /** Where a frame begins in the pack. */
    public long frameStart(int frame) {
        return frameStarts[frame];
    }

    /** How long a frame is with its header. */
    public int frameLength(int frame) {
        return frameLengths[frame];
    }

    /** How many bytes a frame unpacks to. */
    public int plainLength(int frame) {
        return plainLengths[frame];
    }

    public FrameKind kind(int frame) {
        return kinds[frame];
    }

    /** The number of the first chunk of a frame; of the one behind the last frame, the number of chunks. */
    public int firstChunk(int frame) {
        return firstChunks[frame];
    }

    /** How many chunks there are. */
    public int chunks() {
        return chunkStarts.length;
    }

    public Hash chunk(int chunk) {
        return new Hash(ids[4 * chunk], ids[4 * chunk + 1], ids[4 * chunk + 2], ids[4 * chunk + 3]);
    }

    /** Where a chunk begins in the plain bytes of its frame. */
    public int chunkStart(int chunk) {
        return chunkStarts[chunk];
    }

    public int chunkLength(int chunk) {
        return chunkLengths[chunk];
    }

    boolean is(int chunk, Hash id) {
        return ids[4 * chunk] == id.first()
                && ids[4 * chunk + 1] == id.second()
                && ids[4 * chunk + 2] == id.third()
                && ids[4 * chunk + 3] == id.fourth();
    }

    /** Where a chunk is, in the pack of that name. */
    public ChunkPlace place(Hash pack, int chunk) {
        int frame = Arrays.binarySearch(firstChunks, chunk);
        if (frame < 0) {
            frame = -frame - 2;
        }
        return new ChunkPlace(
                pack, frameStarts[frame], frameLengths[frame], chunkStarts[chunk], chunkLengths[chunk], kinds[frame]);
    }

    /** The table of which nothing is left but these chunks, where they are. */
    public PackTable only(BitSet chunks) {
        Builder left = new Builder();
        for (int frame = 0; frame < frames(); frame++) {
            int behind = firstChunks[frame + 1];
            int chunk = chunks.nextSetBit(firstChunks[frame]);
            if (chunk >= 0 && chunk < behind) {
                left.frame(frameStarts[frame], frameLengths[frame], plainLengths[frame], kinds[frame]);
            }
            for (; chunk >= 0 && chunk < behind; chunk = chunks.nextSetBit(chunk + 1)) {
                left.chunk(chunk(chunk), chunkStarts[chunk], chunkLengths[chunk]);
            }
        }
        return left.build();
    }

    /** Collects frames. */
    static final class Builder {
        private long[] frameStarts = new long[16];
        private int[] frameLengths = new int[16];
        private int[] plainLengths = new int[16];
        private FrameKind[] kinds = new FrameKind[16];
        private int[] firstChunks = new int[17];
        private long[] ids = new long[4 * 64];
        private int[] chunkStarts = new int[64];
        private int[] chunkLengths = new int[64];
        private int frames;
        private int chunks;

        int frames() {
            return frames;
        }

        int chunks() {
            return chunks;
        }

        /** Adds a frame; the chunks that are added next are in it. */
        void frame(long start, int length, int plain, FrameKind kind) {
            if (frames == frameStarts.length) {
                frameStarts = Arrays.copyOf(frameStarts, 2 * frames);
                frameLengths = Arrays.copyOf(frameLengths, 2 * frames);
                plainLengths = Arrays.copyOf(plainLengths, 2 * frames);
                kinds = Arrays.copyOf(kinds, 2 * frames);
                firstChunks = Arrays.copyOf(firstChunks, 2 * frames + 1);
            }
            frameStarts[frames] = start;
            frameLengths[frames] = length;
            plainLengths[frames] = plain;
            kinds[frames] = kind;
            firstChunks[frames] = chunks;
            frames++;
        }

        /**
         * Adds a chunk of the frame that was added last.
         *
         * @param start its place in the frame's plain bytes
         */
        void chunk(Hash id, int start, int length) {
            if (chunks == chunkStarts.length) {
                ids = Arrays.copyOf(ids, 8 * chunks);
                chunkStarts = Arrays.copyOf(chunkStarts, 2 * chunks);
                chunkLengths = Arrays.copyOf(chunkLengths, 2 * chunks);
            }
            ids[4 * chunks] = id.first();
            ids[4 * chunks + 1] = id.second();
            ids[4 * chunks + 2] = id.third();
            ids[4 * chunks + 3] = id.fourth();
            chunkStarts[chunks] = start;
            chunkLengths[chunks] = length;
            chunks++;
        }

        PackTable build() {
            return new PackTable(this);
        }
    }
}
