package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets so many pushes, pulls and checks go on at once as the daemon has memory for; others wait, and can be cancelled meanwhile. */
final class Turns {
    /** Each takes up to a hundred megabytes of the heap that packaging/java.options gives. */
    static final int MOST = 2;

    private static final long LOOKS_UP_AFTER_MILLIS = 100;

    private final Semaphore free = new Semaphore(MOST, true);

    /** What takes much memory. */
    interface Work<T> {
        T run() throws RefusedException, IOException;
    }

    /** Does work when it is its turn. */
    <T> T during(Progress progress, Work<T> work) throws RefusedException, IOException {
        take(progress);
        try {
            return work.run();
        } finally {
            free.release();
        }
    }

    private void take(Progress progress) throws IOException {
        try {
            if (free.tryAcquire()) {
                return;
            }
            progress.phase("waiting");
            while (!free.tryAcquire(LOOKS_UP_AFTER_MILLIS, TimeUnit.MILLISECONDS)) {
                progress.check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while others were at work", e);
        }
    }
}
