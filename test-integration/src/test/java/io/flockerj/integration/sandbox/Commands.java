package io.flockerj.integration.sandbox;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs with some words put before every command line (say, {@code nsenter …}) and some variables in their environment.
 *
 * @param prefix put before every command
 * @param environment added to that of the tests
 */
public record Commands(List<String> prefix, Map<String, String> environment) {

    /** Far more than any command of the tests needs; a command that takes this long hangs. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    public Commands {
        prefix = List.copyOf(prefix);
        environment = Map.copyOf(environment);
    }

    /** Commands run where the tests themselves run. */
    public static Commands here() {
        return new Commands(List.of(), Map.of());
    }

    /** These, with further variables in the environment. */
    public Commands with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.putAll(more);
        return new Commands(prefix, all);
    }

    /** Runs a command to its end. */
    public Outcome run(String... command) {
        return run(PATIENCE, InputStream.nullInputStream(), command);
    }

    /** Runs a command to its end, feeding it {@code input}. */
    public Outcome feed(String input, String... command) {
        return run(PATIENCE, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), command);
    }

    /**
     * Runs a command to its end.
     *
     * @throws AssertionError when it has not ended within {@code patience}; it is killed then
     */
    public Outcome run(Duration patience, InputStream input, String... command) {
        try {
            Process process = builder(command).start();
            CompletableFuture<byte[]> output = draining(process.getInputStream(), patience);
            CompletableFuture<byte[]> errors = draining(process.getErrorStream(), patience);
            try (OutputStream stdin = process.getOutputStream()) {
                input.transferTo(stdin);
            } catch (IOException closed) {
                // The command did not want all of its input. Its exit status says whether that is a failure.
            }
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        "did not end within " + patience + ":\n" + outcome(command, -1, output.join(), errors.join()));
            }
            return outcome(command, process.exitValue(), output.join(), errors.join());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + String.join(" ", command), e);
        }
    }

    /** What would run {@code command}: for programs that stay, and for those that somebody talks to. */
    public ProcessBuilder builder(String... command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().putAll(environment);
        return builder;
    }

    private static Outcome outcome(String[] command, int exit, byte[] output, byte[] errors) {
        return new Outcome(
                List.of(command),
                exit,
                new String(output, StandardCharsets.UTF_8),
                new String(errors, StandardCharsets.UTF_8));
    }

    /** Reads to the end; not for ever, for a child that outlives the command may keep the stream open. */
    private static CompletableFuture<byte[]> draining(InputStream stream, Duration patience) {
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> all.complete(drain(stream)));
        return all.orTimeout(patience.plusSeconds(5).toMillis(), TimeUnit.MILLISECONDS);
    }

    private static byte[] drain(InputStream stream) {
        try (stream) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
