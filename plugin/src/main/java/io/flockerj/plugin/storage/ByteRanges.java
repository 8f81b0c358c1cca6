package io.flockerj.plugin.storage;

import java.util.ArrayList;
import java.util.List;

/**
 * Parts of a file: ascending, each at least one byte long, none touching the next. They may reach beyond the end of the file.
 *
 * @param isAll whether all of the file is meant, whatever the list says
 */
public record ByteRanges(boolean isAll, List<Range> ranges) {
    /** All of a file. */
    public static final ByteRanges ALL = new ByteRanges(true, List.of());

    /** Nothing of a file. */
    public static final ByteRanges NONE = new ByteRanges(false, List.of());

    /**
     * A part of a file.
     *
     * @param from its first byte
     * @param to the byte behind its last one
     */
    public record Range(long from, long to) {
        public Range {
            if (from < 0 || to <= from) {
                throw new IllegalArgumentException("no range from " + from + " to " + to);
            }
        }
    }

    public ByteRanges {
        ranges = List.copyOf(ranges);
        for (int i = 1; i < ranges.size(); i++) {
            if (ranges.get(i).from() <= ranges.get(i - 1).to()) {
                throw new IllegalArgumentException("ranges that touch or are in wrong order");
            }
        }
    }

    /** These, in any order, some perhaps in each other. */
    public static ByteRanges of(List<Range> some) {
        List<Range> sorted = new ArrayList<>(some);
        sorted.sort((one, other) -> Long.compare(one.from(), other.from()));
        List<Range> joined = new ArrayList<>();
        for (Range range : sorted) {
            if (joined.isEmpty() || joined.getLast().to() < range.from()) {
                joined.add(range);
            } else {
                Range last = joined.removeLast();
                joined.add(new Range(last.from(), Math.max(last.to(), range.to())));
            }
        }
        return new ByteRanges(false, joined);
    }

    /**
     * What of a file of a size is not what a file of another size held there before these were written.
     *
     * @param size of the file now: nothing behind it is told
     * @param oldSize of the file before: all behind it is told
     */
    public ByteRanges within(long size, long oldSize) {
        List<Range> some = new ArrayList<>();
        for (Range range : isAll ? List.of(new Range(0, Long.MAX_VALUE)) : ranges) {
            if (range.from() < size) {
                some.add(new Range(range.from(), Math.min(range.to(), size)));
            }
        }
        if (oldSize < size) {
            some.add(new Range(oldSize, size));
        }
        return of(some);
    }

    /** How many bytes they are; at most {@link Long#MAX_VALUE}. */
    public long bytes() {
        long sum = isAll ? Long.MAX_VALUE : 0;
        for (Range range : ranges) {
            long length = range.to() - range.from();
            sum = sum > Long.MAX_VALUE - length ? Long.MAX_VALUE : sum + length;
        }
        return sum;
    }
}
