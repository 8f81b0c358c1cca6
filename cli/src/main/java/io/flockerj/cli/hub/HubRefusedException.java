package io.flockerj.cli.hub;

import java.io.IOException;

/** A hub answered with an error; the message is the hub's own and says what to do. */
public final class HubRefusedException extends IOException {
    private final int status;
    private final String code;

    HubRefusedException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }

    /** As in the hub's API, such as {@code not-allowed}. */
    public String code() {
        return code;
    }
}
