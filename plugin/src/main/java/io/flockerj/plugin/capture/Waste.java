package io.flockerj.plugin.capture;

import io.flockerj.plugin.storage.ByteRanges.Range;
import io.flockerj.store.id.Hash;
import io.flockerj.store.tree.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Finds what has become wasteful in a file that was changed many times (format.md section 6.2): chunks of which little is used, and
 * places where segments are short. Slices of one chunk lie near each other, so little is held in memory.
 */
final class Waste {
    /** So many segments are looked at together. */
    private static final int SOME_SEGMENTS = 64;

    /** On the average they should not be shorter. */
    private static final long SHORT = 16 * 1024;

    /** Behind so many bytes no more slices of a chunk are expected. */
    private static final long FAR = 2 * Segment.LONGEST_CHUNK;

    private final Function<Hash, OptionalInt> lengths;
    private final Map<Hash, Use> open = new LinkedHashMap<>();
    private final List<Place> places = new ArrayList<>();
    private Place some = new Place(0, 0);
    private int segments;
    private long at;
    private long data;

    /** A part of the file, of which it is told how much of what it takes is used. */
    private static class Place {
        final long from;
        final long dataFrom;
        long to;
        long dataTo;
        double share;

        Place(long from, long dataFrom) {
            this.from = from;
            this.dataFrom = dataFrom;
        }

        void end(long end, long dataEnd) {
            to = end;
            dataTo = dataEnd;
        }

        /** What it costs to write it anew. */
        long cost() {
            return dataTo - dataFrom;
        }
    }

    /** Where a chunk is used. */
    private static final class Use extends Place {
        private long used;
        private long length;

        Use(long from, long dataFrom) {
            super(from, dataFrom);
        }
    }

    /** @param lengths tells how long a chunk is, if it is known */
    Waste(Function<Hash, OptionalInt> lengths) {
        this.lengths = lengths;
    }

    /** A segment that stays follows. */
    void kept(Segment segment) {
        if (segment instanceof Segment.Slice slice) {
            Use use = open.get(slice.chunk());
            if (use == null) {
                use = new Use(at, data);
                use.length = lengths.apply(slice.chunk()).orElse(0);
                open.put(slice.chunk(), use);
            }
            use.used += slice.length();
            use.length = Math.max(use.length, slice.offset() + slice.length());
            use.end(at + slice.length(), data + slice.length());
        }
        data += segment.data();
        pass(segment.length());
    }

    /** A range follows that is written anyway. */
    void replaced(long from, long to) {
        pass(to - from);
    }

    private void pass(long length) {
        at += length;
        segments++;
        if (segments == SOME_SEGMENTS) {
            some.end(at, data);
            // As wasteful as a chunk of which two thirds are used, if it just is.
            some.share = (at - some.from) * 2.0 / (3.0 * SOME_SEGMENTS * SHORT);
            offer(some);
            some = new Place(at, data);
            segments = 0;
        }
        Iterator<Use> eldest = open.values().iterator();
        while (eldest.hasNext()) {
            Use use = eldest.next();
            if (use.to + FAR > at) {
                return;
            }
            close(use);
            eldest.remove();
        }
    }

    private void close(Use use) {
        use.share = (double) use.used / use.length;
        offer(use);
    }

    private void offer(Place place) {
        if (place.share < 2.0 / 3) {
            places.add(place);
        }
    }

    /** The most wasteful places that can be written anew with no more than so many bytes. */
    List<Range> worst(long budget) {
        open.values().forEach(this::close);
        open.clear();
        places.sort(Comparator.comparingDouble(place -> place.share));
        TreeMap<Long, Long> chosen = new TreeMap<>();
        long left = budget;
        for (Place place : places) {
            Map.Entry<Long, Long> before = chosen.lowerEntry(place.to);
            boolean isFree = before == null || before.getValue() <= place.from;
            if (isFree && place.cost() <= left) {
                chosen.put(place.from, place.to);
                left -= place.cost();
            }
        }
        List<Range> ranges = new ArrayList<>();
        chosen.forEach((from, to) -> ranges.add(new Range(from, to)));
        return ranges;
    }
}
