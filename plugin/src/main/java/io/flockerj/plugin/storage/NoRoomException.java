package io.flockerj.plugin.storage;

import java.io.IOException;

/** What was to be written does not fit into the pool. */
public final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param message what was attempted, and what to do */
    public NoRoomException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Nothing of it was written. */
    public NoRoomException(ByteSize needed, ByteSize room) {
        super("what a snapshot holds takes " + needed + " of space to be written out, and the pool has room for " + room
                + "; remove volumes and snapshots and then: fli trash empty, or give the pool more space");
    }
}
