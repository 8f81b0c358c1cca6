package io.flockerj.store;

import java.io.IOException;

/** Whether a snapshot comes from another was not found out by going back as far as is gone. */
public final class LongHistoryException extends IOException {
    LongHistoryException() {
        super("the history between the two snapshots is too long to tell whether one comes from the other");
    }
}
