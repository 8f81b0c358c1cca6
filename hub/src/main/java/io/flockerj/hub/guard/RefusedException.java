package io.flockerj.hub.guard;

import java.io.IOException;

/** The hub does not do that; nothing has changed. The message is for who asks: it says why, and what to do. */
public final class RefusedException extends IOException {
    private final Reason reason;

    /** Why. */
    public enum Reason {
        /** Nobody is signed in. What is asked for may not even be there. */
        SIGN_IN,
        /** There is no such owner. */
        NO_SUCH_OWNER,
        /** There is no such volumeset, or not for who asks. */
        NO_SUCH_VOLUMESET,
        /** Who asks may see it, and may not do this. */
        NOT_ALLOWED,
        /** The bytes are not what their name says they are: they were damaged on the way, or it is a lie. */
        DAMAGED,
        /** The bytes came as they were sent, and make no sense there. */
        UNACCEPTABLE
    }

    public RefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
