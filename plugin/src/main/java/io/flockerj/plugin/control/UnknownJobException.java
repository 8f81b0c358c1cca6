package io.flockerj.plugin.control;

import io.flockerj.plugin.history.RefusedException;

/** A job that is not there any more, or never was. */
final class UnknownJobException extends RefusedException {
    private static final long serialVersionUID = 1;

    UnknownJobException(String message) {
        super(message);
    }
}
