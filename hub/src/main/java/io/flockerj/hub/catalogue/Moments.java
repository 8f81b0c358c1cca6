package io.flockerj.hub.catalogue;

import java.time.Instant;

/** Moments as whole numbers. What is beyond any number, as no clock tells it, stays at the last one. */
final class Moments {
    private static final long NANOS = 1_000_000_000L;
    private static final Instant FIRST = ofNanos(Long.MIN_VALUE);
    private static final Instant LAST = ofNanos(Long.MAX_VALUE);

    private Moments() {}

    static long nanos(Instant time) {
        if (time.isBefore(FIRST)) {
            return Long.MIN_VALUE;
        }
        if (time.isAfter(LAST)) {
            return Long.MAX_VALUE;
        }
        // The seconds of the first moments are beyond the number, their sum with the rest is not.
        return time.getEpochSecond() < 0
                ? (time.getEpochSecond() + 1) * NANOS + (time.getNano() - NANOS)
                : time.getEpochSecond() * NANOS + time.getNano();
    }

    static Instant ofNanos(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    static long millis(Instant time) {
        return Math.floorDiv(nanos(time), 1_000_000L);
    }
}
