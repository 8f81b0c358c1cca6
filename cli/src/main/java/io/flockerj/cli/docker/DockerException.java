package io.flockerj.cli.docker;

import java.io.IOException;

/** Docker cannot be asked, or refuses; the message says what was asked. */
public final class DockerException extends IOException {
    DockerException(String message, Throwable cause) {
        super(message, cause);
    }

    DockerException(String message) {
        super(message);
    }
}
