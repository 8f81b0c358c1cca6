package io.flockerj.plugin.history;

/** A name, label or message that cannot be one. */
public final class InvalidTextException extends RefusedException {
    public InvalidTextException(String message) {
        super(message);
    }
}
