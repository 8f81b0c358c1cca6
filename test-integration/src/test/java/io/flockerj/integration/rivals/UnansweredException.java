package io.flockerj.integration.rivals;

import java.io.IOException;

/** The daemon has ended, or is about to, and nobody knows what came of the call. */
final class UnansweredException extends IOException {
    private static final long serialVersionUID = 1;

    private final long connectedAt;

    /** @param connectedAt the moment at which the caller connected to that daemon */
    UnansweredException(IOException cause, long connectedAt) {
        super(cause);
        this.connectedAt = connectedAt;
    }

    long connectedAt() {
        return connectedAt;
    }
}
