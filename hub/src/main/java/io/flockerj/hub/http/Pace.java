package io.flockerj.hub.http;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a hub waits for a caller, who may be slow, or gone without a word.
 *
 * @param idle no longer for the first line of a request on a new connection
 * @param firstWhile a request, its answer, and the pause until the next may each take so long, however little comes
 * @param slowest after that, so many bytes have to pass in a second in the mean
 */
public record Pace(Duration idle, Duration firstWhile, long slowest) {
    public static final Pace USUAL = new Pace(Duration.ofMinutes(2), Duration.ofSeconds(60), 16 * 1024);

    boolean isTooSlow(Instant begun, long moved, Instant now) {
        return now.isAfter(begun.plus(firstWhile).plusMillis(moved * 1000 / slowest));
    }
}
