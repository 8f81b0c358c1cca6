package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;

/** The pool's snapshots can be neither taken nor read now; its volumes are as they should be. */
public final class SnapshotsUnreadableException extends RefusedException {
    public SnapshotsUnreadableException(String message) {
        super(message);
    }
}
