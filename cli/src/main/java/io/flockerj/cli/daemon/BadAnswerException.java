package io.flockerj.cli.daemon;

import java.io.IOException;

/** The daemon's answer is not what the control API promises. */
public final class BadAnswerException extends IOException {
    BadAnswerException(String message) {
        super(message + "; fli and the daemon may be of different versions, see: fli version");
    }
}
