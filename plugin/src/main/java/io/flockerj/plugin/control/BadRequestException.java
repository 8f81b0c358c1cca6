package io.flockerj.plugin.control;

import io.flockerj.plugin.history.RefusedException;

/** A request of the control API that says too little, too much, or something of the wrong kind. */
final class BadRequestException extends RefusedException {
    private static final long serialVersionUID = 1;

    BadRequestException(String message) {
        super(message);
    }
}
