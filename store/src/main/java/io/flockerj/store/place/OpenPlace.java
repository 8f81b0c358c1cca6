package io.flockerj.store.place;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Traffic;

/**
 * A place that is in use.
 *
 * @param backend what is kept there
 * @param traffic all requests that were made, each attempt of its own
 * @param ending ends all connections
 */
public record OpenPlace(Backend backend, Traffic traffic, Runnable ending) implements AutoCloseable {
    @Override
    public void close() {
        ending.run();
    }
}
