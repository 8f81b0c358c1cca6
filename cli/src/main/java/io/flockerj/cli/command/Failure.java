package io.flockerj.cli.command;

import io.flockerj.cli.daemon.RefusedException;
import io.flockerj.cli.docker.DockerException;
import io.flockerj.cli.http.NoAnswerException;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.http.UnreachableException;
import io.flockerj.cli.hub.HubRefusedException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * How a failure is told: the one place where exceptions become words and exit codes.
 *
 * @param code as in the control API's errors; {@code usage}, {@code unreachable} and {@code failed} are fli's own
 */
record Failure(int exitCode, String code, String message) {
    static Failure of(Exception e) {
        return switch (e) {
            case RefusedException refused -> new Failure(ExitCode.of(refused), refused.code(), message(refused));
            case HubRefusedException refused -> new Failure(ExitCode.of(refused), refused.code(), message(refused));
            case NoAnswerException silent -> new Failure(ExitCode.UNREACHABLE, "unreachable", message(silent));
            case UnreachableException unreachable ->
                new Failure(ExitCode.UNREACHABLE, "unreachable", unreachable(unreachable));
            case CommandException command ->
                new Failure(command.exitCode(), code(command.exitCode()), message(command));
            case DockerException docker -> new Failure(ExitCode.FAILED, "failed", message(docker));
            case SocketTimeoutException late ->
                new Failure(
                        ExitCode.UNREACHABLE,
                        "late",
                        "the daemon at " + message(late)
                                + "; what was asked for may still be done: look, and try again");
            case FileSystemException file ->
                new Failure(ExitCode.FAILED, "failed", file.getFile() + ": " + reason(file));
            case IOException io -> new Failure(ExitCode.FAILED, "failed", message(io));
            case Target.EmptyNameException empty -> new Failure(ExitCode.USAGE, "usage", message(empty));
            default -> new Failure(ExitCode.FAILED, "failed", "this is a defect of fli: " + e);
        };
    }

    private static String unreachable(UnreachableException e) {
        if (e.reason().contains("permission") || e.reason().contains("may not")) {
            return "may not use the daemon's socket " + e.socket() + ": " + e.reason()
                    + "\nIt is for root; try: sudo fli";
        }
        return "no daemon answers at " + e.socket() + ": " + e.reason() + """

                Start it with   docker plugin enable flockerj   if it is a managed plugin,
                or with         systemctl start flockerj        if it runs on the host,
                or say where its control socket is by --socket or FLOCKERJ_SOCKET.""";
    }

    private static String code(int exitCode) {
        return switch (exitCode) {
            case ExitCode.USAGE -> "usage";
            case ExitCode.NOT_FOUND -> "not-found";
            case ExitCode.CONFLICT -> "conflict";
            case ExitCode.UNREACHABLE -> "unreachable";
            default -> "failed";
        };
    }

    private static String reason(FileSystemException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no such file or directory";
            case AccessDeniedException denied -> "permission denied";
            case FileAlreadyExistsException there -> "it is there already";
            default -> e.getReason() == null ? e.toString() : e.getReason();
        };
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
