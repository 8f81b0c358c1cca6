package io.flockerj.plugin.capture;

import io.flockerj.plugin.storage.ByteRanges.Range;
import io.flockerj.store.tree.Segment;
import java.io.IOException;
import java.util.List;

/**
 * Makes the segments of a changed file of those that it had: some ranges are replaced, the rest stays, in slices of the chunks in which
 * it is (format.md section 6.2).
 */
final class Splice {
    private final long size;
    private final List<Range> ranges;
    private final Kept kept;
    private final Replacement replacement;
    private long oldAt;
    private int next;
    private boolean isReplaced;

    /** Takes a segment that stays. */
    interface Kept {
        void add(Segment segment) throws IOException;
    }

    /** Adds the segments of a range. */
    interface Replacement {
        void add(long from, long to) throws IOException;
    }

    /**
     * Makes one.
     *
     * @param size of the file now
     * @param ranges to replace, as {@link io.flockerj.plugin.storage.ByteRanges} holds them: all within the size, and all that is
     *     behind the old size
     */
    Splice(long size, List<Range> ranges, Kept kept, Replacement replacement) {
        this.size = size;
        this.ranges = ranges;
        this.kept = kept;
        this.replacement = replacement;
    }

    /** What the old list goes on with. */
    void old(Segment segment) throws IOException {
        long begin = oldAt;
        long end = Math.min(size, begin + segment.length());
        long at = begin;
        oldAt = begin + segment.length();
        while (at < end) {
            if (next == ranges.size() || ranges.get(next).from() >= end) {
                kept.add(part(segment, at - begin, end - at));
                at = end;
            } else if (ranges.get(next).from() > at) {
                kept.add(part(segment, at - begin, ranges.get(next).from() - at));
                at = ranges.get(next).from();
            } else {
                replace();
                at = Math.min(end, ranges.get(next).to());
                if (at == ranges.get(next).to()) {
                    next++;
                    isReplaced = false;
                }
            }
        }
    }

    /** There is no more of the old list. */
    void finish() throws IOException {
        for (; next < ranges.size(); next++) {
            replace();
            isReplaced = false;
        }
    }

    private void replace() throws IOException {
        if (!isReplaced) {
            replacement.add(ranges.get(next).from(), ranges.get(next).to());
            isReplaced = true;
        }
    }

    private static Segment part(Segment segment, long from, long length) {
        return switch (segment) {
            case Segment.Hole hole -> new Segment.Hole(length);
            case Segment.Slice slice -> new Segment.Slice(slice.chunk(), slice.offset() + (int) from, length);
        };
    }
}
