package io.flockerj.plugin.pool;

import java.io.IOException;

/** A pool that cannot be opened as it is. The message says which, why, and what to do. */
public final class PoolException extends IOException {
    public PoolException(String message) {
        super(message);
    }

    public PoolException(String message, Throwable cause) {
        super(message, cause);
    }
}
