package io.flockerj.store.backend;

import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * Lets so many calls go on at once; others wait in the order in which they came. So virtual threads need not be counted elsewhere. Who is
 * told of a list must not call this backend, which may be waiting for the end of that list.
 */
public final class BoundedBackend extends BackendDecorator {
    private final Semaphore places;

    /** @param atOnce at least 1 */
    public BoundedBackend(Backend next, int atOnce) {
        super(next);
        if (atOnce < 1) {
            throw new IllegalArgumentException("no calls at all: " + atOnce);
        }
        this.places = new Semaphore(atOnce, true);
    }

    @Override
    protected <T> T around(ObjectName name, Call<T> call) throws IOException {
        try {
            places.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Sleeper.interrupted(name, e);
        }
        try {
            return call.run();
        } finally {
            places.release();
        }
    }
}
