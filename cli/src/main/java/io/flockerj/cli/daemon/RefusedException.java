package io.flockerj.cli.daemon;

import java.io.IOException;

/** The daemon answered with an error; the message is the daemon's own and says what to do. */
public final class RefusedException extends IOException {
    private final String code;

    RefusedException(String code, String message) {
        super(message);
        this.code = code;
    }

    /** As in the control API, such as {@code no-such-volume}. */
    public String code() {
        return code;
    }
}
