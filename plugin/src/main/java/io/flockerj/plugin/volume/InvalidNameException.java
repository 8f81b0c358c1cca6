package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;

/** A name that no volume can have. */
public final class InvalidNameException extends RefusedException {
    public InvalidNameException(String message) {
        super(message);
    }
}
