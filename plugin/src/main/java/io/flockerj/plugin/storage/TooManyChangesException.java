package io.flockerj.plugin.storage;

import java.io.IOException;

/** So much changed that it cannot be told one by one within the memory that there is for it. */
public final class TooManyChangesException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param most how many of them can be told */
    public TooManyChangesException(int most, String what) {
        super("more than " + most + " " + what + " have changed");
    }
}
