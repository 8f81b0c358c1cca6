package io.flockerj.cli.http;

import java.time.Duration;

/**
 * How long a request may take.
 *
 * @param idle how long the other side may neither send nor take anything
 * @param total how long all of it may take
 */
public record Limits(Duration idle, Duration total) {
    private static final Duration FOR_EVER = Duration.ofDays(365);

    public Limits {
        if (!idle.isPositive() || !total.isPositive()) {
            throw new IllegalArgumentException("limits must be positive, not " + idle + " and " + total);
        }
    }

    /** A limit on all of it together. */
    public static Limits total(Duration total) {
        return new Limits(total, total);
    }

    /** A limit on silence only: what flows may flow for days. */
    public static Limits idle(Duration idle) {
        return new Limits(idle, FOR_EVER);
    }
}
