package io.flockerj.cli.command;

import io.flockerj.cli.daemon.RefusedException;
import io.flockerj.cli.hub.HubRefusedException;

/** The exit codes, as {@code fli --help} lists them. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int NOT_FOUND = 3;
    public static final int CONFLICT = 4;
    public static final int UNREACHABLE = 5;

    /** As a shell tells of what SIGPIPE has ended: 128 and the signal's number. */
    public static final int NO_READER = 141;

    private ExitCode() {}

    /** What an error of the control API means for the process. */
    static int of(RefusedException refusal) {
        return switch (refusal.code()) {
            case "invalid", "bad-request" -> USAGE;
            case "no-such-volume", "no-such-snapshot", "no-such-file", "no-such-job", "no-such-remote", "ambiguous" ->
                NOT_FOUND;
            case "conflict", "diverged", "in-use", "held" -> CONFLICT;
            case "unavailable", "busy", "late" -> UNREACHABLE;
            default -> FAILED;
        };
    }

    /** What an error of a hub's API means for the process. */
    static int of(HubRefusedException refusal) {
        return switch (refusal.status()) {
            case 400, 413, 422 -> USAGE;
            case 404 -> NOT_FOUND;
            case 409, 412 -> CONFLICT;
            case 408, 429, 503 -> UNREACHABLE;
            default -> FAILED;
        };
    }
}
