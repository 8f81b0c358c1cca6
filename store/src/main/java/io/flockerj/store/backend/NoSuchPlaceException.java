package io.flockerj.store.backend;

import java.io.IOException;

/** There is no such place, or none that whoever asks may know of; another name of it is meant, or somebody has to make it first. */
public final class NoSuchPlaceException extends IOException {
    /** @param message what is not there, where, and what to do */
    public NoSuchPlaceException(String message) {
        super(message);
    }
}
