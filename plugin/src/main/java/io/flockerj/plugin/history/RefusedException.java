package io.flockerj.plugin.history;

/** Something asked of the history that it refuses; the message says what, why, and what to do. */
public abstract class RefusedException extends Exception {
    protected RefusedException(String message) {
        super(message);
    }
}
