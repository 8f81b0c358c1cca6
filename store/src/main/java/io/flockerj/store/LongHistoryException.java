package io.flockerj.store;

import java.io.IOException;

/** Whether a snapshot comes from another was not found out within as many steps as are gone. */
public final class LongHistoryException extends IOException {
    LongHistoryException(int steps) {
        super("the history is too long to tell: more than " + steps + " snapshots lie between");
    }
}
