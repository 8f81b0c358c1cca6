package io.flockerj.cli.testing;

import io.flockerj.cli.command.Output;
import io.flockerj.cli.command.Surroundings;
import io.flockerj.cli.command.Surroundings.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Somebody in Berlin who calls fli on the morning of 4 November 2026, and what they see. */
public final class Person {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-04T09:00:00Z"), ZoneId.of("UTC"));
    private static final int WIDTH = 100;

    private final Map<String, String> environment;
    private final Path directory;
    private final Terminal terminal;
    private final byte[] input;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Person(Map<String, String> environment, Path directory, Terminal terminal, byte[] input) {
        this.environment = environment;
        this.directory = directory;
        this.terminal = terminal;
        this.input = input;
    }

    /** Whose output goes to files. */
    public static Person in(Path directory, Map<String, String> environment) {
        return new Person(new HashMap<>(environment), directory, new Terminal(false, false, false, WIDTH), new byte[0]);
    }

    /** The same at a terminal. */
    public Person atTerminal() {
        return new Person(environment, directory, new Terminal(true, true, true, WIDTH), input);
    }

    /** The same with something on the standard input. */
    public Person typing(byte[] bytes) {
        return new Person(environment, directory, terminal, bytes);
    }

    public Surroundings surroundings() {
        return writingTo(out);
    }

    /** What surrounds them when the standard output goes elsewhere. */
    public Surroundings writingTo(OutputStream elsewhere) {
        InputStream in = new ByteArrayInputStream(input);
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new Surroundings(
                "fli",
                "1.0-test",
                environment,
                "ada",
                directory,
                CLOCK,
                ZoneId.of("Europe/Berlin"),
                in,
                new Output(elsewhere),
                errors,
                terminal,
                prompt -> typedUnseen(prompt, in, errors));
    }

    /** What is typed is a line of the input, and not seen. */
    private static Optional<String> typedUnseen(String prompt, InputStream in, PrintStream errors) {
        errors.println(prompt + "(not shown)");
        StringBuilder line = new StringBuilder();
        try {
            for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
                line.append((char) next);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.of(line.toString()).filter(text -> !text.isEmpty());
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public byte[] bytes() {
        return out.toByteArray();
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
