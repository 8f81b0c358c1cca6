package io.flockerj.store.backend;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A place has no room for what was to be written, or a quota has not; asking again changes nothing until somebody makes room. */
public final class FullException extends IOException {
    /** A chain of causes that is longer is none that programs make, or goes round in a circle. */
    private static final int MOST_CAUSES = 64;

    /** @param message what was attempted, where, and what to do */
    public FullException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The one that a failure goes back to, if it does. */
    public static Optional<FullException> causeOf(Throwable failure) {
        Throwable cause = failure;
        for (int looked = 0; cause != null && looked < MOST_CAUSES; looked++) {
            if (cause instanceof FullException full) {
                return Optional.of(full);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }
}
