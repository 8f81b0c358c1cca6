package io.flockerj.plugin.capture;

import java.io.IOException;

/** What was told of changes does not fit what is there. */
final class DoubtException extends IOException {
    private static final long serialVersionUID = 1;

    DoubtException(String what) {
        super(what);
    }
}
