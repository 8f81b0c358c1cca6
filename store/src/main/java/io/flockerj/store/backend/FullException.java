package io.flockerj.store.backend;

import java.io.IOException;

/** A place has no room for what was to be written, or a quota has not; asking again changes nothing until somebody makes room. */
public final class FullException extends IOException {
    /** @param message what was attempted, where, and what to do */
    public FullException(String message, Throwable cause) {
        super(message, cause);
    }
}
