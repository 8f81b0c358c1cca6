package io.flockerj.plugin.history;

/** A snapshot that is to be removed is held. */
public final class SnapshotHeldException extends RefusedException {
    public SnapshotHeldException(String message) {
        super(message);
    }
}
