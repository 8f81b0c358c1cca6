package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;

/** Work takes longer than its caller can wait, and goes on. */
public final class UnfinishedException extends RefusedException {
    public UnfinishedException(String message) {
        super(message);
    }
}
