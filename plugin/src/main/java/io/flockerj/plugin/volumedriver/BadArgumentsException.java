package io.flockerj.plugin.volumedriver;

import io.flockerj.plugin.history.RefusedException;

/** The body of a call is not what the call needs. */
final class BadArgumentsException extends RefusedException {
    BadArgumentsException(String message) {
        super(message);
    }
}
