package io.flockerj.cli.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flockerj.cli.http.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that keeps secrets, {@code docker-credential-NAME}, by the protocol of
 * <a href="https://github.com/docker/docker-credential-helpers">docker-credential-helpers</a>: an action as argument, what it is about on
 * the standard input, the answer on the standard output.
 */
public final class CredentialHelper {
    private static final String PREFIX = "docker-credential-";
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}";

    /** It may ask the person for a passphrase. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int LONGEST_ANSWER = 64 * 1024;

    /** What helpers answer, and fail, where nothing is kept. */
    private static final String NOT_FOUND = "credentials not found";

    private static final JsonMapper JSON = new JsonMapper();

    private final String name;
    private final Path program;
    private final Duration patience;

    private CredentialHelper(String name, Path program, Duration patience) {
        this.name = name;
        this.program = program;
        this.patience = patience;
    }

    /**
     * Finds one.
     *
     * @param path directories with programs, as {@code PATH} has them
     */
    public static CredentialHelper find(String name, String path) throws IOException {
        return find(name, path, PATIENCE);
    }

    static CredentialHelper find(String name, String path, Duration patience) throws IOException {
        if (!name.matches(NAME)) {
            throw new IOException(
                    "'" + name + "' is no name of a credential helper: write NAME of docker-credential-NAME");
        }
        return Arrays.stream(path.split(":", -1))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, PREFIX + name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .map(file -> new CredentialHelper(name, file, patience))
                .orElseThrow(
                        () -> new IOException(
                                "there is no program " + PREFIX + name
                                        + " in PATH: install it, or sign in with --credential-helper none to keep the token in a file"));
    }

    /** Keeps a secret, in place of one that it keeps for the same hub. */
    public void store(Origin hub, String user, String secret) throws IOException {
        run(
                "store",
                JSON.createObjectNode()
                        .put("ServerURL", hub.toString())
                        .put("Username", user)
                        .put("Secret", secret)
                        .toString());
    }

    /** The secret that it keeps for a hub. */
    public Optional<String> get(Origin hub) throws IOException {
        try {
            return Optional.ofNullable(
                    JSON.readTree(run("get", hub.toString())).path("Secret").textValue());
        } catch (JsonProcessingException e) {
            throw new IOException(PREFIX + name + " get did not answer in JSON", e);
        } catch (MissingException e) {
            return Optional.empty();
        }
    }

    /** Forgets what it keeps for a hub. */
    public void erase(Origin hub) throws IOException {
        try {
            run("erase", hub.toString());
        } catch (MissingException e) {
            // Then there is nothing to forget.
        }
    }

    private static final class MissingException extends IOException {}

    private String run(String action, String input) throws IOException {
        Process process = new ProcessBuilder(program.toString(), action)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            FutureTask<String> answer = new FutureTask<>(() -> answer(process.getInputStream()));
            Thread.ofVirtual().start(answer);
            boolean isTaken = give(process, input);
            String said = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS).strip();
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw late(action);
            }
            if (process.exitValue() == 0 && (isTaken || !action.equals("store"))) {
                return said;
            }
            if (said.contains(NOT_FOUND)) {
                throw new MissingException();
            }
            // What it says may repeat what it was given.
            throw new IOException(PREFIX + name + " " + action + " failed with the exit code " + process.exitValue()
                    + (action.equals("store") || said.isEmpty() ? "" : ": " + said));
        } catch (TimeoutException e) {
            throw late(action);
        } catch (ExecutionException e) {
            throw new IOException("cannot read what " + PREFIX + name + " answers: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** False if it has ended without reading all of it, as one may that needs nothing of what it is told. */
    private static boolean give(Process process, String input) {
        try (OutputStream to = process.getOutputStream()) {
            to.write(input.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private IOException late(String action) {
        return new IOException(
                PREFIX + name + " " + action + " has not answered within " + patience.toSeconds() + " s");
    }

    private static String answer(InputStream from) throws IOException {
        byte[] bytes = from.readNBytes(LONGEST_ANSWER + 1);
        if (bytes.length > LONGEST_ANSWER) {
            throw new IOException("it is longer than " + LONGEST_ANSWER + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
