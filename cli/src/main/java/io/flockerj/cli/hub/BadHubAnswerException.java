package io.flockerj.cli.hub;

import java.io.IOException;

/** A hub's answer is not what its API promises. */
public final class BadHubAnswerException extends IOException {
    public BadHubAnswerException(String message) {
        super(message + "; look at the address and its port; fli and the hub may be of different versions");
    }
}
