package io.flockerj.store.backend;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** A place has no room for what was to be written, or a quota has not; asking again changes nothing until somebody makes room. */
public final class FullException extends IOException {
    /** Of causes of causes; some that others made go round. */
    private static final int DEEPEST = 64;

    /** @param message what was attempted, where, and what to do */
    public FullException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The one that a failure goes back to, if it does. */
    public static Optional<FullException> causeOf(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(DEEPEST)
                .filter(FullException.class::isInstance)
                .map(FullException.class::cast)
                .findFirst();
    }
}
