package io.flockerj.hub.guard;

import io.flockerj.store.backend.UnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What takes much memory for one request is done for few at a time, in the whole process: a hub is not brought down by many. */
final class Heavy {
    /** So many at a time. */
    static final int AT_ONCE = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Heavy WHOLE = new Heavy(AT_ONCE, PATIENCE);

    private final Semaphore places;
    private final Duration patience;

    Heavy(int atOnce, Duration patience) {
        this.places = new Semaphore(atOnce, true);
        this.patience = patience;
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
    <T> T run(Work<T> work) throws IOException {
        enter();
        try {
            return work.run();
        } finally {
            places.release();
        }
    }

    private void enter() throws UnavailableException {
        try {
            if (!places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new UnavailableException("the hub is busy with others", false, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while waiting for others", false, e);
        }
    }
}
