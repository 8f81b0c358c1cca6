package io.flockerj.plugin.capture;

import io.flockerj.plugin.storage.ByteRanges.Range;
import io.flockerj.store.pack.FramePlace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/** The most wasteful places of a file, of which no more are held than may be written anew, and no more than so many ranges. */
final class WastefulPlaces {
    /** Where more is used, writing it anew would cost more than three times what it spares. */
    static final double USED_ENOUGH = 0.75;

    /** Held at most, some 50 bytes each. */
    static final int MOST_RANGES = 64 * 1024;

    private final long budget;
    private long bytes;
    private int ranges;
    /** The least wasteful first. */
    private final PriorityQueue<Place> places =
            new PriorityQueue<>(Comparator.comparingDouble(Place::used).reversed());

    /** @param budget how many bytes may be written */
    WastefulPlaces(long budget) {
        this.budget = budget;
    }

    /**
     * Some of a file that takes more than what is used.
     *
     * @param used how much of what it takes is used, from 0 to 1
     * @param ranges of the file, in order
     * @param frames in which nothing is to be left
     */
    record Place(double used, List<Range> ranges, Set<FramePlace> frames) {
        long bytes() {
            return ranges.stream().mapToLong(range -> range.to() - range.from()).sum();
        }

        /** As much of it as that. */
        Place first(long most) {
            List<Range> some = new ArrayList<>();
            long left = most;
            for (Range range : ranges) {
                long length = Math.min(left, range.to() - range.from());
                if (length > 0) {
                    some.add(new Range(range.from(), range.from() + length));
                    left -= length;
                }
            }
            return new Place(used, some, frames);
        }
    }

    void offer(Place place) {
        if (place.used() >= USED_ENOUGH || place.ranges().isEmpty()) {
            return;
        }
        places.add(place);
        bytes += place.bytes();
        ranges += place.ranges().size();
        while (!places.isEmpty() && (bytes - places.element().bytes() >= budget || ranges > MOST_RANGES)) {
            Place least = places.remove();
            bytes -= least.bytes();
            ranges -= least.ranges().size();
        }
    }

    /** The most wasteful ones, and of one perhaps a part: what is left of it is more wasteful then. */
    List<Place> worst(long most) {
        List<Place> worst = new ArrayList<>();
        long left = Math.min(most, budget);
        for (Place place :
                places.stream().sorted(Comparator.comparingDouble(Place::used)).toList()) {
            if (left > 0) {
                Place some = place.first(left);
                worst.add(some);
                left -= some.bytes();
            }
        }
        return worst;
    }
}
