package io.flockerj.store.backend;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often something is tried, and how long is waited in between.
 *
 * @param attempts at most so many, the first among them
 * @param firstPause before the second attempt; each further pause is twice as long
 * @param longestPause no pause is longer
 * @param total no attempt begins later than this after the first
 */
public record RetryLimits(int attempts, Duration firstPause, Duration longestPause, Duration total) {
    /**
     * What a push or a pull in the background can bear: a restart of a gateway, half a minute of a broken network. About six requests
     * in the first ten seconds, then one every ten to twenty.
     */
    public static final RetryLimits PATIENT =
            new RetryLimits(12, Duration.ofMillis(200), Duration.ofSeconds(20), Duration.ofMinutes(3));

    private static final int LARGEST_EXPONENT = 20;

    public RetryLimits {
        if (attempts < 1 || firstPause.isNegative() || longestPause.compareTo(firstPause) < 0 || total.isNegative()) {
            throw new IllegalArgumentException("no limits: " + attempts + ", " + firstPause + ", " + longestPause);
        }
    }

    /** The pause after so many failed attempts: a random half of it, so that hosts that failed together do not come back together. */
    Duration pause(int failed, RandomGenerator random) {
        Duration full = firstPause.multipliedBy(1L << Math.min(failed - 1, LARGEST_EXPONENT));
        long nanos = (full.compareTo(longestPause) < 0 ? full : longestPause).toNanos();
        return Duration.ofNanos(nanos - (long) (nanos / 2.0 * random.nextDouble()));
    }
}
