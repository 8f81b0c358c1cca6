package io.flockerj.cli.command;

/** A command cannot do what it was asked for; the message says why, and what to do. */
final class CommandException extends Exception {
    private final int exitCode;

    private CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    static CommandException failed(String message) {
        return new CommandException(ExitCode.FAILED, message);
    }

    static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }

    static CommandException notFound(String message) {
        return new CommandException(ExitCode.NOT_FOUND, message);
    }

    static CommandException conflict(String message) {
        return new CommandException(ExitCode.CONFLICT, message);
    }

    static CommandException unreachable(String message) {
        return new CommandException(ExitCode.UNREACHABLE, message);
    }

    int exitCode() {
        return exitCode;
    }
}
