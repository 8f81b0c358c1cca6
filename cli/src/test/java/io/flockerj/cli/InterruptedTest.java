package io.flockerj.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.cli.testing.FakeServer;
import io.flockerj.cli.testing.FakeServer.Asked;
import io.flockerj.cli.testing.FakeServer.Said;
import io.flockerj.cli.testing.Transcript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real process that is interrupted while the daemon works: containers are left as they were found. */
class InterruptedTest {
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    private Path directory;

    private final CountDownLatch working = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void pausedContainersGoOnAfterASignal(String signal) throws IOException, InterruptedException {
        assertThat(askedOfDockerWhenInterrupted(signal, "snapshot", "db", "--pause"))
                .containsSubsequence(
                        "POST /containers/c0ffee00c0ffee00/pause",
                        "POST /containers/deadbeefdeadbeef/pause",
                        "POST /containers/deadbeefdeadbeef/unpause",
                        "POST /containers/c0ffee00c0ffee00/unpause");
    }

    @Test
    void stoppedContainersAreStartedAfterASignal() throws IOException, InterruptedException {
        assertThat(askedOfDockerWhenInterrupted("INT", "rollback", "db@before-upgrade", "--restart"))
                .containsSubsequence(
                        "POST /containers/c0ffee00c0ffee00/stop",
                        "POST /containers/deadbeefdeadbeef/stop",
                        "POST /containers/deadbeefdeadbeef/start",
                        "POST /containers/c0ffee00c0ffee00/start");
    }

    @Test
    void aSnapshotThatIsAnsweredAfterTheContainersWentOnIsTakenBack() throws IOException, InterruptedException {
        CountDownLatch wentOn = new CountDownLatch(1);
        try (FakeServer daemon = FakeServer.start(directory.resolve("control.sock"), asked -> {
                    if (asked.method().equals("POST")) {
                        working.countDown();
                        await(wentOn);
                        return Said.json(201, answer("snapshots-one.json"));
                    }
                    return Said.json(200, asked.method().equals("GET") ? answer("volume.json") : "{}");
                });
                FakeServer docker = FakeServer.start(directory.resolve("docker.sock"), asked -> {
                    if (asked.target().equals("/containers/c0ffee00c0ffee00/unpause")) {
                        wentOn.countDown();
                    }
                    return engine(asked);
                })) {
            Process fli = quiet(process(daemon, docker, "snapshot", "db", "--pause"));
            interrupt(fli, "INT");
            assertThat(daemon.asked().stream().map(Asked::toString))
                    .contains("DELETE /v1/snapshots/3fa9c1d20b44a1b2c3d4e5f60718293a");
        }
    }

    @Test
    void aContainerGoesOnWhileDockerIsStillPausingAnotherAndWhatFailsThenIsTold()
            throws IOException, InterruptedException {
        CountDownLatch wentOn = new CountDownLatch(1);
        Path said = directory.resolve("said");
        try (FakeServer daemon = FakeServer.start(
                        directory.resolve("control.sock"), asked -> Said.json(200, answer("volume.json")));
                FakeServer docker =
                        FakeServer.start(directory.resolve("docker.sock"), asked -> switch (asked.target()) {
                            case "/containers/deadbeefdeadbeef/pause" -> {
                                working.countDown();
                                await(wentOn);
                                yield Said.json(204, "");
                            }
                            case "/containers/c0ffee00c0ffee00/unpause" -> {
                                wentOn.countDown();
                                yield Said.json(204, "");
                            }
                            case "/containers/deadbeefdeadbeef/unpause" ->
                                Said.json(500, "{\"message\":\"cannot thaw\"}");
                            case "/containers/json" ->
                                Said.json(
                                        200,
                                        wentOn.getCount() > 0
                                                ? answer("containers.json")
                                                : answer("containers.json").replace("running", "paused"));
                            default -> engine(asked);
                        })) {
            Process fli = process(daemon, docker, "snapshot", "db", "--pause")
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            interrupt(fli, "INT");
            assertThat(docker.asked().stream().map(Asked::toString))
                    .containsSubsequence(
                            "POST /containers/deadbeefdeadbeef/pause",
                            "POST /containers/c0ffee00c0ffee00/unpause",
                            "POST /containers/deadbeefdeadbeef/unpause");
        }
        assertThat(said).content().contains("cannot thaw; it is still paused, try: docker unpause pg");
    }

    private static Process quiet(ProcessBuilder fli) throws IOException {
        return fli.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void aSignalCancelsTheJobThatIsWaitedForAndTellsHowItEnded(String signal) throws IOException, InterruptedException {
        Path said = directory.resolve("said");
        try (FakeServer daemon = FakeServer.start(directory.resolve("control.sock"), this::job);
                FakeServer docker = FakeServer.start(directory.resolve("docker.sock"), InterruptedTest::engine)) {
            ProcessBuilder starting = process(daemon, docker, "trash", "empty", "--force");
            Process fli = starting.redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            interrupt(fli, signal);
            assertThat(daemon.asked().stream().map(Asked::toString))
                    .containsSubsequence("DELETE /v1/trash", "DELETE /v1/jobs/77aa0000111122223333444455556666");
        }
        assertThat(said).hasContent("fli: cancelled; what was not finished has been undone");
    }

    @Test
    void aSignalCancelsAPush() throws IOException, InterruptedException {
        Path said = directory.resolve("said");
        try (FakeServer daemon = FakeServer.start(directory.resolve("control.sock"), this::job);
                FakeServer docker = FakeServer.start(directory.resolve("docker.sock"), InterruptedTest::engine)) {
            Process fli = process(daemon, docker, "push", "db@good", "nas")
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            interrupt(fli, "INT");
            assertThat(daemon.asked().stream().map(Asked::toString))
                    .containsSubsequence("POST /v1/push", "DELETE /v1/jobs/77aa0000111122223333444455556666");
        }
        assertThat(said).hasContent("fli: cancelled; what was not finished has been undone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void whatIsNotCompleteGoesWithTheProcess(String signal) throws IOException, InterruptedException {
        try (FakeServer daemon = FakeServer.start(directory.resolve("control.sock"), this::archiveThatNeverEnds);
                FakeServer docker = FakeServer.start(directory.resolve("docker.sock"), InterruptedTest::engine)) {
            Path target = Files.createDirectory(directory.resolve("target"));
            Process fli = quiet(process(
                    daemon,
                    docker,
                    "export",
                    "db@good",
                    "-o",
                    target.resolve("db.tar").toString()));
            awaitFileIn(target);
            working.countDown();
            interrupt(fli, signal);
            assertThat(target).isEmptyDirectory();
        }
    }

    private Said archiveThatNeverEnds(Asked asked) {
        return new Said("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", "3\r\nabc\r\n", this::awaitTheEnd);
    }

    private static void awaitFileIn(Path directory) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (isEmpty(directory)) {
            assertThat(System.nanoTime()).as("the time until there is a file").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    private Said job(Asked asked) {
        return switch (asked.toString()) {
            case "DELETE /v1/trash", "POST /v1/push" -> Said.json(202, answer("job-begun.json"));
            case "DELETE /v1/jobs/77aa0000111122223333444455556666" -> {
                over.countDown();
                yield Said.json(200, "{}");
            }
            default -> {
                working.countDown();
                awaitTheEnd();
                yield Said.chunked(answer("job-cancelled.ndjson").getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    private List<String> askedOfDockerWhenInterrupted(String signal, String... arguments)
            throws IOException, InterruptedException {
        try (FakeServer daemon = FakeServer.start(directory.resolve("control.sock"), this::workForEver);
                FakeServer docker = FakeServer.start(directory.resolve("docker.sock"), InterruptedTest::engine)) {
            Process fli = process(daemon, docker, arguments)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            interrupt(fli, signal);
            return docker.asked().stream().map(Asked::toString).toList();
        }
    }

    private void interrupt(Process fli, String signal) throws IOException, InterruptedException {
        try {
            assertThat(working.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            new ProcessBuilder("kill", "-" + signal, Long.toString(fli.pid())).start();
            assertThat(fli.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            over.countDown();
            fli.destroyForcibly();
        }
        assertThat(fli.exitValue()).isNotZero();
    }

    private static ProcessBuilder process(FakeServer daemon, FakeServer docker, String... arguments) {
        // A shell lets what it starts in the background ignore these signals, and so would fli.
        ProcessBuilder fli = new ProcessBuilder(
                "env",
                "--default-signal=INT,TERM,HUP",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.flockerj.cli.Fli");
        fli.command().addAll(List.of(arguments));
        fli.environment().put("FLOCKERJ_SOCKET", daemon.socket().toString());
        fli.environment().put("DOCKER_HOST", "unix://" + docker.socket());
        return fli;
    }

    private Said workForEver(Asked asked) {
        if (asked.method().equals("GET")) {
            return Said.json(200, answer(answers(asked.target())));
        }
        working.countDown();
        awaitTheEnd();
        return Said.json(500, "{}");
    }

    private static String answers(String target) {
        return target.startsWith("/v1/volumes")
                ? "volume.json"
                : target.equals("/v1/info") ? "info.json" : "snapshot-first.json";
    }

    private void awaitTheEnd() {
        await(over);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Said engine(Asked asked) {
        if (asked.target().equals("/containers/json")) {
            return Said.json(200, answer("containers.json"));
        }
        return asked.method().equals("GET") ? Said.json(200, "{}") : Said.json(204, "");
    }

    private static String answer(String name) {
        try {
            return new String(Transcript.resource("/answers/" + name), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
