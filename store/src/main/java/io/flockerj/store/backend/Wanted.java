package io.flockerj.store.backend;

import java.io.IOException;

/** Asked now and then by who waits: it throws once nobody wants what is waited for. Called by many threads, and costs next to nothing. */
@FunctionalInterface
public interface Wanted {
    /** By somebody, always. */
    Wanted ALWAYS = () -> {};

    void check() throws IOException;
}
