package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;

/** Options of Create that are unknown, malformed, or beyond what the pool can keep. */
public final class InvalidOptionException extends RefusedException {
    public InvalidOptionException(String message) {
        super(message);
    }
}
