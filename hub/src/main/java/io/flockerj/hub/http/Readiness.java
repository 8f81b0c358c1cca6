package io.flockerj.hub.http;

import java.io.IOException;

/** Whether a hub can do what it is there for. */
@FunctionalInterface
public interface Readiness {
    /** Returns if it can; errs with the reason if not. Takes no longer than a request. */
    void check() throws IOException;
}
