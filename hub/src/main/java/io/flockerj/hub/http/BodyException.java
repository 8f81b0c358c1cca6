package io.flockerj.hub.http;

import java.io.IOException;

/** A body, an address or a header is not as it should be. The message is for who sent it. */
public final class BodyException extends IOException {
    private final Fault fault;

    /** What is wrong. */
    public enum Fault {
        BAD_REQUEST,
        TOO_LONG,
        TOO_SLOW,
        /** It ended before all had come that was announced. */
        CUT_OFF,
        NO_LENGTH,
        NO_CONDITION
    }

    public BodyException(Fault fault, String message) {
        super(message);
        this.fault = fault;
    }

    Fault fault() {
        return fault;
    }
}
