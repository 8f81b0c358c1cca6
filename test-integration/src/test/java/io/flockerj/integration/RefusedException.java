package io.flockerj.integration;

import java.io.IOException;

/** The daemon's "no", in its own words. */
public final class RefusedException extends IOException {
    private final int status;

    RefusedException(String call, int status, String message) {
        super(call + " was refused with " + status + ": " + message);
        this.status = status;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }
}
