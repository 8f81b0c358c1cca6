package io.flockerj.plugin.storage;

import java.io.IOException;

/** Where the pool keeps its snapshots nothing can be read now, or nobody knows what is there. Live trees are not touched by it. */
public final class UnreadableSnapshotsException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param message what is wrong, and what to do */
    public UnreadableSnapshotsException(String message, IOException cause) {
        super(message, cause);
    }
}
