package io.flockerj.hub.catalogue;

import io.flockerj.hub.catalogue.CatalogueException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Until when something has to be done, so that nobody waits for ever. */
final class Deadline {
    private final InstantSource clock;
    private final Instant end;

    private Deadline(InstantSource clock, Instant end) {
        this.clock = clock;
        this.end = end;
    }

    static Deadline in(InstantSource clock, Duration time) {
        return new Deadline(clock, clock.instant().plus(time));
    }

    /** For who has all the time there is. */
    static Deadline none(InstantSource clock) {
        return new Deadline(clock, Instant.MAX);
    }

    boolean isOver() {
        return clock.instant().isAfter(end);
    }

    static CatalogueException behind() {
        return new CatalogueException(
                Reason.BEHIND, "the hub is still reading what was pushed of this volumeset; try again");
    }
}
