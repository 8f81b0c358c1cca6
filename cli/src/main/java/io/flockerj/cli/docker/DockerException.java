package io.flockerj.cli.docker;

import java.io.IOException;

/** Docker cannot be asked, or refuses; the message says what was asked. */
public sealed class DockerException extends IOException {
    DockerException(String message, Throwable cause) {
        super(message, cause);
    }

    DockerException(String message) {
        super(message);
    }

    /** There is no such thing. */
    static final class MissingException extends DockerException {
        private static final long serialVersionUID = 1;

        MissingException(String message) {
            super(message);
        }
    }
}
