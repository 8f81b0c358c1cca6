package io.flockerj.plugin.control;

import io.flockerj.plugin.history.RefusedException;

/** A job that is to be cancelled, and has ended already. */
final class JobEndedException extends RefusedException {
    private static final long serialVersionUID = 1;

    JobEndedException(String message) {
        super(message);
    }
}
