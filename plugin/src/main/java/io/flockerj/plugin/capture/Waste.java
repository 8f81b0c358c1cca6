package io.flockerj.plugin.capture;

import io.flockerj.plugin.storage.ByteRanges;
import io.flockerj.plugin.storage.ByteRanges.Range;
import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.ChunkPlace;
import io.flockerj.store.pack.FramePlace;
import io.flockerj.store.tree.Segment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds what has become wasteful in a file that was changed many times (format.md section 6.2): frames of which little is used, for each is read as
 * a whole; and places where segments are short. Slices of one frame lie near each other, so little is held in memory.
 */
final class Waste {
    /** So many segments are looked at together. */
    private static final int SOME_SEGMENTS = 64;

    /** On the average they should not be shorter. */
    private static final long SHORT = 16 * 1024;

    /** Behind so many bytes of data no more slices of a frame are expected: twice of what it holds. */
    private static final long FAR = 1024 * 1024;

    /** Of one frame: what is used in more places than that stays as it is. */
    static final int MOST_RANGES_OF_FRAME = 1024;

    /** What a segment takes in the list, or a little more. */
    private static final int LISTED = 40;

    private final Function<Hash, Optional<ChunkPlace>> places;
    private final WastefulPlaces frames;
    private final WastefulPlaces fragments;
    /** Used the longest ago first: what is used again and again must not keep the others. */
    private final Map<FramePlace, Use> open = new LinkedHashMap<>(16, 0.75f, true);

    private List<Range> some = new ArrayList<>();
    private boolean isBegun;
    private boolean isReplaced;
    private int segments;
    private long listed;
    private long at;
    private long data;

    /** How a frame is used. */
    private static final class Use {
        private final List<Range> ranges = new ArrayList<>();
        /** Where this file's chunks begin in it. */
        private final int start;

        private int end;
        private long used;
        private long last;
        private boolean isScattered;

        Use(int start) {
            this.start = start;
        }
    }

    /**
     * What should be written anew.
     *
     * @param ranges of the file
     * @param frames in which nothing of them is to stay
     */
    record Rewriting(List<Range> ranges, Set<FramePlace> frames) {}

    /**
     * Makes one.
     *
     * @param places tells where a chunk is, if it is known
     * @param budget how many bytes may be written anew at most
     */
    Waste(Function<Hash, Optional<ChunkPlace>> places, long budget) {
        this.places = places;
        this.frames = new WastefulPlaces(budget);
        this.fragments = new WastefulPlaces(budget);
    }

    /** A segment that stays follows. */
    void kept(Segment segment) {
        if (segment instanceof Segment.Slice slice) {
            places.apply(slice.chunk()).ifPresent(place -> use(place, slice.length()));
            join(some, slice.length());
        }
        pass(segment.length(), segment.data());
    }

    /** A range follows that is written anyway. */
    void replaced(long from, long to) {
        isReplaced = true;
        pass(to - from, to - from);
    }

    /** About how many bytes of the list are written anew, since something there is replaced. */
    long listed() {
        return listed + (isReplaced ? (long) segments * LISTED : 0);
    }

    private void use(ChunkPlace place, long length) {
        Use use = open.get(place.frame());
        if (use == null) {
            // What is before the file's first chunk may be another's. All else in its frames was its own.
            use = new Use(isBegun ? 0 : place.start());
            open.put(place.frame(), use);
            isBegun = true;
        }
        use.end = Math.max(use.end, place.end());
        use.used += length;
        use.last = data;
        if (!use.isScattered) {
            join(use.ranges, length);
        }
        if (use.ranges.size() > MOST_RANGES_OF_FRAME) {
            use.isScattered = true;
            use.ranges.clear();
        }
    }

    private void join(List<Range> ranges, long length) {
        boolean isNext = !ranges.isEmpty() && ranges.getLast().to() == at;
        ranges.add(new Range(isNext ? ranges.removeLast().from() : at, at + length));
    }

    private void pass(long length, long ofData) {
        at += length;
        data += ofData;
        segments++;
        if (segments == SOME_SEGMENTS) {
            endFragments();
        }
        Iterator<Map.Entry<FramePlace, Use>> eldest = open.entrySet().iterator();
        while (eldest.hasNext()) {
            Map.Entry<FramePlace, Use> next = eldest.next();
            if (next.getValue().last + FAR > data) {
                return;
            }
            close(next.getKey(), next.getValue());
            eldest.remove();
        }
    }

    private void endFragments() {
        long bytes = some.stream().mapToLong(range -> range.to() - range.from()).sum();
        // Just enough is used where they are just long enough.
        double used = WastefulPlaces.USED_ENOUGH * bytes / (segments * SHORT);
        fragments.offer(new WastefulPlaces.Place(used, some, Set.of()));
        listed = listed();
        some = new ArrayList<>();
        segments = 0;
        isReplaced = false;
    }

    private void close(FramePlace frame, Use use) {
        double used = (double) use.used / (use.end - use.start);
        frames.offer(new WastefulPlaces.Place(used, use.ranges, Set.of(frame)));
    }

    /** The worst of it, no more than so many bytes: frames first, since they are read as a whole. */
    Rewriting worst(long most) {
        open.forEach(this::close);
        open.clear();
        List<WastefulPlaces.Place> worst = new ArrayList<>(frames.worst(most));
        long spent = worst.stream().mapToLong(WastefulPlaces.Place::bytes).sum();
        worst.addAll(fragments.worst(most - spent));
        List<Range> ranges = new ArrayList<>();
        Set<FramePlace> left = new HashSet<>();
        for (WastefulPlaces.Place place : worst) {
            ranges.addAll(place.ranges());
            left.addAll(place.frames());
        }
        return new Rewriting(ByteRanges.of(ranges).ranges(), left);
    }
}
