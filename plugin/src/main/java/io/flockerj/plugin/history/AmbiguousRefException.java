package io.flockerj.plugin.history;

/** A ref that several snapshots answer to. */
public final class AmbiguousRefException extends RefusedException {
    public AmbiguousRefException(String message) {
        super(message);
    }
}
