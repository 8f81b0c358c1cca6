package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;

/** What a remote holds, or where it is, is in the way. */
public final class RemoteException extends RefusedException {
    /** Why. */
    public enum Reason {
        /** There is no such remote, or no such thing on it. */
        UNKNOWN,
        /** What is asked for makes no sense. */
        INVALID,
        /** Something else is there. */
        CONFLICT,
        /** A branch there has gone another way. */
        DIVERGED,
        /** There is no room there. */
        FULL
    }

    private final Reason reason;

    public RemoteException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
