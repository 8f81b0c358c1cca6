package io.flockerj.store.backend;

import java.io.IOException;
import java.util.Optional;

/** A place has no room for what was to be written, or a quota has not; asking again changes nothing until somebody makes room. */
public final class FullException extends IOException {
    /** @param message what was attempted, where, and what to do */
    public FullException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The one that a failure goes back to, if it does. */
    public static Optional<FullException> causeOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FullException full) {
                return Optional.of(full);
            }
        }
        return Optional.empty();
    }
}
