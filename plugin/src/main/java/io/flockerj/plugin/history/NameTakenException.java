package io.flockerj.plugin.history;

/** A branch or tag has that name, or it is reserved. */
public final class NameTakenException extends RefusedException {
    public NameTakenException(String message) {
        super(message);
    }
}
