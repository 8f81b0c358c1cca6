package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;

/** The pool is in no state to take new volumes: nearly full, or read-only. */
public final class PoolRefusalException extends RefusedException {
    public PoolRefusalException(String message) {
        super(message);
    }
}
