package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;

/** A path, or an archive, that cannot be worked with. */
public final class BadPlaceException extends RefusedException {
    private final boolean isMissing;

    BadPlaceException(String message, boolean isMissing) {
        super(message);
        this.isMissing = isMissing;
    }

    /** Whether there is nothing at the place; otherwise the place is none. */
    public boolean isMissing() {
        return isMissing;
    }
}
