package io.flockerj.store.index;

import io.flockerj.store.id.Hash;

/**
 * A chunk in a run. Of its id the first 24 bytes: that two chunks have these in common is as far away as that their ids are equal.
 *
 * @param place the number of its frame in the run, where it begins in the frame's plain bytes, and its length: 24, 20 and 20 bits
 */
record RunEntry(long first, long second, long third, long place) implements Comparable<RunEntry> {
    /** A run has at most so many frames. */
    static final int MOST_FRAMES = 1 << 24;

    private static final int FRAME_SHIFT = 40;
    private static final int START_SHIFT = 20;
    private static final int MASK = (1 << START_SHIFT) - 1;

    static RunEntry of(Hash chunk, int frame, int start, int length) {
        return new RunEntry(chunk.first(), chunk.second(), chunk.third(), place(frame, start, length));
    }

    private static long place(int frame, int start, int length) {
        if (frame >= MOST_FRAMES || start > MASK || length > MASK) {
            throw new IllegalArgumentException("beyond what a run can say: " + frame + ", " + start + ", " + length);
        }
        return (long) frame << FRAME_SHIFT | (long) start << START_SHIFT | length;
    }

    static int frame(long place) {
        return (int) (place >>> FRAME_SHIFT);
    }

    static int start(long place) {
        return (int) (place >>> START_SHIFT) & MASK;
    }

    static int length(long place) {
        return (int) place & MASK;
    }

    int frame() {
        return frame(place);
    }

    /** The same in a run in which its frame has another number. */
    RunEntry inFrame(int frame) {
        return new RunEntry(first, second, third, place(frame, start(place), length(place)));
    }

    @Override
    public int compareTo(RunEntry other) {
        int order = Long.compareUnsigned(first, other.first);
        if (order == 0) {
            order = Long.compareUnsigned(second, other.second);
        }
        return order == 0 ? Long.compareUnsigned(third, other.third) : order;
    }
}
