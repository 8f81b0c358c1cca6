package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;

/** The pool's driver cannot do this with snapshots. */
public final class SnapshotsUnsupportedException extends RefusedException {
    public SnapshotsUnsupportedException(String message) {
        super(message);
    }
}
