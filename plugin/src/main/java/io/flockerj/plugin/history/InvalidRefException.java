package io.flockerj.plugin.history;

/** A text that names no snapshot and no time, whatever there is. */
public final class InvalidRefException extends RefusedException {
    public InvalidRefException(String message) {
        super(message);
    }
}
