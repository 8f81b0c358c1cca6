package io.flockerj.hub.guard;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.limit.Turns;
import io.flockerj.store.backend.UnavailableException;
import java.io.IOException;
import java.time.Duration;

/** What takes much memory for one request is done for few at a time, in the whole process: a hub is not brought down by many, nor by one. */
final class Heavy {
    /** So many at a time. */
    static final int AT_ONCE = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Heavy WHOLE = new Heavy(new Turns(AT_ONCE, AT_ONCE / 2, PATIENCE));

    private final Turns turns;

    Heavy(Turns turns) {
        this.turns = turns;
    }

    /** The one of this process. */
    static Heavy whole() {
        return WHOLE;
    }

    /** What is done. */
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Waits for a turn, and does it.
     *
     * @throws UnavailableException if there was no turn in time; then nothing was done
     */
    <T> T run(Caller caller, Work<T> work) throws IOException {
        try (Turns.Turn _ = enter(caller)) {
            return work.run();
        }
    }

    private Turns.Turn enter(Caller caller) throws UnavailableException {
        try {
            return turns.take(caller.limitedAs())
                    .orElseThrow(() -> new UnavailableException("the hub is busy with others", false, null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while waiting for others", false, e);
        }
    }
}
