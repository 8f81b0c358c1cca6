package io.flockerj.hub.catalogue;

import java.io.IOException;

/** What was asked for cannot be shown. The message is for who asks: it says why, and what to do. */
public final class CatalogueException extends IOException {
    private final Reason reason;

    /** Why. */
    public enum Reason {
        /** The question makes no sense. */
        INVALID,
        /** There is no such branch, tag or snapshot. */
        NO_SUCH_REF,
        /** Several snapshots are meant. */
        AMBIGUOUS,
        /** There is nothing at that path. */
        NO_SUCH_PATH,
        /** There is something else at that path. */
        OTHER_TYPE,
        /** What is stored is damaged, or a part of it is missing. */
        DAMAGED,
        /** Too many ask at once. */
        BUSY,
        /** The catalogue is not up to date yet. */
        BEHIND
    }

    public CatalogueException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    CatalogueException(Reason reason, String message, IOException cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
