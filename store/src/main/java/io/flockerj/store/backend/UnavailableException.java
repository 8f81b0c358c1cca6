package io.flockerj.store.backend;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The place did not do it, or did not say whether it did: it was busy, or the network was broken. Of all errors of a backend this is the
 * only one that is worth another try.
 */
public final class UnavailableException extends IOException {
    private final boolean inDoubt;

    /** @param inDoubt whether it may have happened all the same, now or a little later */
    public UnavailableException(String message, boolean inDoubt, @Nullable Throwable cause) {
        super(message, cause);
        this.inDoubt = inDoubt;
    }

    /** Whether it may have happened all the same; if not, nothing has changed. */
    public boolean isInDoubt() {
        return inDoubt;
    }
}
