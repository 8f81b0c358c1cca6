package io.flockerj.store.backend;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * So many bytes in a second, for all who share it: a bucket that fills at that rate and holds what comes in one second. Who takes more
 * than is in it leaves a debt, and waits until it is paid; others wait behind him.
 */
public final class Bandwidth {
    private static final Duration BURST = Duration.ofSeconds(1);
    private static final double NANOS = 1e9;

    private final long bytesPerSecond;
    private final InstantSource clock;
    private final Sleeper sleeper;
    /** When the bucket is empty: before now if there is something in it, after now if there is a debt. */
    private Instant paid = Instant.MIN;

    /** @param bytesPerSecond at least 1 */
    public Bandwidth(long bytesPerSecond, InstantSource clock, Sleeper sleeper) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("no bandwidth: " + bytesPerSecond);
        }
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /** Returns when this many bytes may pass, or have been paid for. */
    public void take(long bytes, ObjectName name) throws IOException {
        Duration pause = pay(bytes);
        if (pause.isPositive()) {
            sleeper.sleepFor(pause, name);
        }
    }

    private synchronized Duration pay(long bytes) {
        Instant now = clock.instant();
        Instant full = now.minus(BURST);
        Instant from = paid.isBefore(full) ? full : paid;
        paid = from.plusNanos((long) Math.min(bytes * NANOS / bytesPerSecond, Long.MAX_VALUE / 2.0));
        return Duration.between(now, paid);
    }
}
