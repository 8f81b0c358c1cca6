package io.flockerj.cli.http;

import java.io.IOException;
import java.nio.file.Path;

/** Nobody answers on a socket: it is not there, may not be used, or nobody listens. */
public final class UnreachableException extends IOException {
    private final Path socket;
    private final String reason;

    UnreachableException(Path socket, String reason, Throwable cause) {
        super("cannot reach " + socket + ": " + reason, cause);
        this.socket = socket;
        this.reason = reason;
    }

    public Path socket() {
        return socket;
    }

    /** Why, in words for people: such as {@code there is no such socket}. */
    public String reason() {
        return reason;
    }
}
