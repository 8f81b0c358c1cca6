package io.flockerj.store.place;

import io.flockerj.store.backend.RetryLimits;
import java.util.OptionalLong;

/**
 * How a place may be used.
 *
 * @param atOnce so many calls at most go on at once
 * @param up bytes of content sent in a second; empty for any number
 * @param down bytes of content read in a second
 */
public record PlaceLimits(int atOnce, RetryLimits retries, OptionalLong up, OptionalLong down) {
    /** Enough to fill a line whose answers take 50 ms, and little enough that packs of 32 MiB in flight fit into memory. */
    private static final int USUAL_AT_ONCE = 8;

    /** Of a push or a pull without a limit of bandwidth. */
    public static final PlaceLimits USUAL =
            new PlaceLimits(USUAL_AT_ONCE, RetryLimits.PATIENT, OptionalLong.empty(), OptionalLong.empty());
}
