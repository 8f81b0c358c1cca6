package io.flockerj.cli.http;

import java.io.IOException;

/** A server on the network did not answer, or not in time; the message says which, why, and what to do. */
public final class NoAnswerException extends IOException {
    public NoAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}
