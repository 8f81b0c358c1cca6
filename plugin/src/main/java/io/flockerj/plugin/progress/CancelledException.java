package io.flockerj.plugin.progress;

import java.io.IOException;

/** Work is no longer wanted. Whoever began something undoes it as after any other failure, and lets this through. */
public final class CancelledException extends IOException {
    private static final long serialVersionUID = 1;

    public CancelledException() {
        super("cancelled; what was not finished has been undone");
    }
}
