package io.flockerj.hub.limit;

import java.io.IOException;
import java.time.Duration;

/** Somebody asks for more than one caller may. The message is for them. */
public final class LimitedException extends IOException {
    private final Duration wait;

    LimitedException(String message, Duration wait) {
        super(message);
        this.wait = wait;
    }

    /** When it is worth another try. */
    public Duration retryAfter() {
        return wait;
    }
}
