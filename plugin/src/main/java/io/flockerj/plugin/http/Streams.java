package io.flockerj.plugin.http;

import java.util.concurrent.Semaphore;

/** The threads of one server that write or read bodies while clients take or send them: so many at once, and no more. */
final class Streams {
    private final Workers workers;
    private final InFlight inFlight;
    private final Semaphore free;

    Streams(Limits limits, Workers workers, InFlight inFlight) {
        this.workers = workers;
        this.inFlight = inFlight;
        this.free = new Semaphore(limits.streams());
    }

    /** Starts a task on a thread of its own; answers false, and does nothing, if there are too many. */
    boolean start(Runnable task) {
        if (!free.tryAcquire()) {
            return false;
        }
        inFlight.enter();
        workers.executeStream(() -> {
            try {
                task.run();
            } finally {
                free.release();
                inFlight.leave();
            }
        });
        return true;
    }
}
