package io.flockerj.plugin.history;

/** There is no such snapshot. */
public final class UnknownSnapshotException extends RefusedException {
    public UnknownSnapshotException(String message) {
        super(message);
    }
}
