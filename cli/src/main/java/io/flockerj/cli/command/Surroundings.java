package io.flockerj.cli.command;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/**
 * What is around the process: read once where the program starts, made up in tests.
 *
 * @param program how it was called: {@code fli} or {@code docker fli}
 * @param version its version
 * @param terminal what the standard streams are
 * @param directory the working directory
 * @param secrets how the person is asked for them
 */
public record Surroundings(
        String program,
        String version,
        Map<String, String> environment,
        String user,
        Path directory,
        Clock clock,
        ZoneId zone,
        InputStream in,
        Output out,
        PrintStream err,
        Terminal terminal,
        Secrets secrets) {
    /**
     * Which of the standard streams are a terminal.
     *
     * @param width of it, in characters
     */
    public record Terminal(boolean in, boolean out, boolean err, int width) {}

    /** Asks the person at the terminal for something that the terminal does not show while it is typed. */
    @FunctionalInterface
    public interface Secrets {
        /** Empty if nobody is there to be asked, or nothing was typed. */
        Optional<String> ask(String prompt);
    }

    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** An environment variable that is set to something. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Who snapshots are taken by: the person behind {@code sudo}, if any. */
    public String author() {
        return variable("SUDO_USER").orElse(user);
    }
}
