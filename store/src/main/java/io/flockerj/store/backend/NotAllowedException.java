package io.flockerj.store.backend;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A place does not let this host do that, whoever asks how often; what it does let it do can go on. */
public final class NotAllowedException extends IOException {
    /** @param message what was attempted, where, and what to do */
    public NotAllowedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
