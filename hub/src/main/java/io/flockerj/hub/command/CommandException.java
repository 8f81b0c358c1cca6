package io.flockerj.hub.command;

/** The command cannot go on; the message says what to do. */
final class CommandException extends Exception {
    CommandException(String message) {
        super(message);
    }
}
