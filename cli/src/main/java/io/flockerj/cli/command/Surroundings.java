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
        Terminal terminal) {
    /**
     * Which of the standard streams are a terminal.
     *
     * @param width of it, in characters
     */
    public record Terminal(boolean in, boolean out, boolean err, int width) {}

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
