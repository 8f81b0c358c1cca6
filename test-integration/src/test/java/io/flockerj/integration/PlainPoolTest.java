package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.fault.OwnMounts;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Outcome;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The history of volumes that are plain directories, and its way to pools of both kinds and back. */
@Tag("root")
@ExtendWith(OwnMounts.class)
class PlainPoolTest {
    private static final String ENGINE = "engine";
    private static final Path FLI = Path.of("../cli/target").toAbsolutePath();
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration PAUSE = Duration.ofMillis(1);

    @TempDir
    Path directory;

    private DaemonProcess.Plan plan;
    private DaemonProcess daemon;
    private VolumeDriverClient client;
    private ControlClient control;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        plan = DaemonProcess.Plan.in(Files.createDirectory(directory.resolve("here")))
                .with("pool", "plain:" + directory.resolve("pool"));
        connect(plan);
    }

    private void connect(DaemonProcess.Plan to) throws IOException, InterruptedException {
        daemon = to.start();
        client = daemon.connect();
        control = daemon.connectToControl();
    }

    @AfterEach
    void end() throws IOException {
        client.close();
        control.close();
        daemon.close();
        shell("for pool in pool other-pool; do chattr -R -f -i -a $pool || true; done", directory);
    }

    private static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }

    private Path mounted(String name, Map<String, String> options) throws IOException {
        client.create(name, options);
        return client.mount(name, ENGINE);
    }

    private void snapshot(String volume, String tag) throws IOException {
        ObjectNode order = body().put("tag", tag);
        order.putArray("volumes").add(volume);
        JsonNode taken = control.ask("POST", "/v1/snapshots", order);
        assertThat(taken.findValue("atomic").asBoolean()).isFalse();
    }

    private static void shell(String script, Path top) {
        Commands.here()
                .run("sh", "-euc", "cd \"$1\"; " + script, "sh", top.toString())
                .ok();
    }

    private static void assertSame(List<String> before, Path now) throws IOException {
        assertThat(Manifest.differences(before, Manifest.of(now))).isEmpty();
    }

    @Test
    void snapshotsClonesViewsAndRollbacksHoldWhatWasThere() throws IOException, InterruptedException {
        Path top = mounted("zoo", Map.of());
        Zoo.fillWithoutSubvolume(top);
        List<String> first = Manifest.of(top);
        snapshot("zoo", "first");
        shell("seq 1 100000 > numbers; mkdir -p d/e; echo text > d/e/f; ln numbers d/link", top);
        List<String> second = Manifest.of(top);
        snapshot("zoo", "second");

        assertSame(first, mounted("clone", Map.of("from", "zoo@first")));
        Path view = mounted("view", Map.of("from", "zoo@second", "access", "read-only"));
        assertSame(second, view);
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> Files.createFile(view.resolve("new")))
                .withMessageContaining("Read-only");

        daemon.kill();
        client.close();
        control.close();
        connect(plan);
        client.unmount("zoo", ENGINE);
        control.ask("POST", "/v1/rollback", body().put("ref", "zoo@first"));

        assertSame(first, client.mount("zoo", ENGINE));
        assertThat(control.ask("GET", "/v1/log?ref=zoo").required("snapshots")).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "plain:"})
    void aHistoryGoesToAPoolOfEachKindAndComesBack(String kind) throws IOException, InterruptedException {
        Path top = mounted("zoo", Map.of());
        Zoo.fillWithoutSubvolume(top);
        List<String> first = Manifest.of(top);
        Path remote = Files.createDirectory(directory.resolve("remote"));
        add(control, remote);
        JsonNode pushed = control.ask("POST", "/v1/push", body().put("ref", "zoo"));
        JsonNode again = control.ask("POST", "/v1/push", body().put("ref", "zoo"));
        assertThat(pushed.required("snapshots")).hasSize(1);
        assertThat(again.required("snapshots")).isEmpty();

        DaemonProcess.Plan other = DaemonProcess.Plan.in(Files.createDirectory(directory.resolve("there")))
                .with("pool", kind.equals("plain:") ? kind + directory.resolve("other-pool") : kind);
        List<String> second;
        try (DaemonProcess there = other.start();
                VolumeDriverClient engine = there.connect();
                ControlClient far = there.connectToControl()) {
            add(far, remote);
            far.ask("POST", "/v1/clone", body().put("place", "nas/zoo").put("volume", "zoo"));
            Path copy = engine.mount("zoo", ENGINE);
            assertSame(first, copy);
            shell("echo more >> file; rm tiny; mkdir made; echo new > made/here", copy);
            second = Manifest.of(copy);
            far.ask("POST", "/v1/push", body().put("ref", "zoo"));
            Zoo.empty(copy);
            engine.unmount("zoo", ENGINE);
        }
        String brought = control.ask("POST", "/v1/pull", body().put("ref", "zoo@nas/main"))
                .required("snapshot")
                .asText();

        assertSame(first, top);
        assertSame(second, mounted("brought", Map.of("from", "zoo@" + brought)));
        assertThat(changed("from=zoo@main&to=zoo@" + brought))
                .containsExactlyInAnyOrder("file", "made", "made/here", "tiny");
    }

    /** The paths of what changed; the answer has one object on each line. */
    private List<String> changed(String query) throws IOException {
        return ControlClient.lines(daemon, "/v1/diff?" + query).stream()
                .map(change -> change.required("path").asText())
                .toList();
    }

    /** What fli says, as the module before this one has built it. */
    private String fli(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                FLI.resolve("fli.jar") + ":" + FLI.resolve("lib") + "/*",
                "io.flockerj.cli.Fli"));
        command.addAll(List.of(arguments));
        command.add("--socket=" + daemon.plan().path("control"));
        Outcome outcome = Commands.here().run(command.toArray(new String[0]));
        return outcome.output() + outcome.errors();
    }

    /** How much a job has read that is in a phase; empty if none is. */
    private static OptionalLong readIn(String phase, ControlClient other) throws IOException {
        for (JsonNode job : other.ask("GET", "/v1/jobs").required("jobs")) {
            if (job.required("kind").asText().equals("snapshot")
                    && job.required("state").asText().equals("running")
                    && job.required("phase").asText().equals(phase)) {
                return OptionalLong.of(job.required("bytes").asLong());
            }
        }
        return OptionalLong.empty();
    }

    @Test
    void aVolumeIsMountedWhileItsSnapshotReads() throws Exception {
        Path top = mounted("big", Map.of());
        shell("head -c 128M /dev/urandom > data", top);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ControlClient other = daemon.connectToControl()) {
            Future<?> taken = threads.submit(() -> control.snapshot("big", "first"));
            // What has just been written is read in both phases.
            long before = 0;
            for (String phase : List.of("reading", "snapshotting")) {
                while (readIn(phase, other).orElse(before) <= before) {
                    assertThat(taken).isNotDone();
                    LockSupport.parkNanos(POLL.toNanos());
                }
                client.mount("big", "second");
                client.unmount("big", "second");
                client.get("big");

                OptionalLong still = readIn(phase, other);
                assertThat(still).isPresent();
                before = Math.max(still.getAsLong(), Files.size(top.resolve("data")));
            }
            taken.get();
        }

        // As a job, for it may take longer than an engine waits.
        ObjectNode clone = body().put("name", "clone");
        clone.putObject("options").put("from", "big@first");
        control.ask("POST", "/v1/volumes", clone);
        assertThat(client.mount("clone", ENGINE).resolve("data")).hasSameBinaryContentAs(top.resolve("data"));
    }

    @Test
    void volumesAreUsedWhileTheirSnapshotsCannotBeRead() throws IOException, InterruptedException {
        Path top = mounted("zoo", Map.of());
        shell("echo before > file", top);
        snapshot("zoo", "first");
        daemon.kill();
        client.close();
        control.close();
        Path repository = directory.resolve("pool/store/repository");
        shell(
                "for config in volumesets/*/config; do mv $config $config.kept; echo damaged > $config; done",
                repository);
        connect(plan);

        shell("echo after > file", client.mount("zoo", "second"));
        shell("echo new > file", mounted("new", Map.of()));
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> control.snapshot("zoo"))
                .withMessageContaining("bring " + repository + " back")
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(409));
        assertThat(fli("info")).contains("Damaged:").contains(repository.toString());
        assertThat(fli("doctor")).contains("cannot be read").contains(repository.toString());

        shell("for config in volumesets/*/config; do mv $config.kept $config; done", repository);
        snapshot("zoo", "second");

        assertThat(mounted("clone", Map.of("from", "zoo@first")).resolve("file"))
                .hasContent("before\n");
        assertThat(mounted("other", Map.of("from", "zoo@second")).resolve("file"))
                .hasContent("after\n");
        assertThat(fli("doctor")).doesNotContain("cannot be read");
    }

    /** On a file system of its own without a journal: the one of a machine that is busy keeps who changes a file waiting, and so at rest. */
    @Test
    void aFileThatIsWrittenToAllTheTimeIsTold() throws Exception {
        end();
        shell(
                "mkdir disk; truncate -s 1G image; mkfs.ext4 -q -O ^has_journal image; mount -o loop image disk",
                directory);
        Path disk = directory.resolve("disk");
        try {
            connect(plan.with("pool", "plain:" + disk.resolve("pool")));
            tellOfAFileThatIsWrittenTo();
        } finally {
            end();
            shell("umount disk", directory);
        }
    }

    private void tellOfAFileThatIsWrittenTo() throws Exception {
        Path top = mounted("busy", Map.of());
        shell("head -c 64M /dev/urandom > data; sync data; echo calm > calm", top);
        AtomicBoolean isOver = new AtomicBoolean();
        FutureTask<Void> writer = new FutureTask<>(() -> grow(top.resolve("data"), isOver), null);
        // A thread of its own sees the mounts of this one; those that carry virtual threads see what the first to need
        // them saw.
        Thread.ofPlatform().start(writer);
        String told;
        try {
            told = fli("snapshot", "busy", "--tag", "torn");
        } finally {
            isOver.set(true);
        }
        writer.get();
        assertThat(told).contains("1 file was never at rest").contains("/data");

        assertThat(fli("log", "busy")).contains("1 torn");
        assertThat(fli("show", "busy@torn")).contains("/data").doesNotContain("/calm");
        assertThat(control.ask("GET", "/v1/snapshot?ref=busy@torn")
                        .at("/torn/first/0")
                        .asText())
                .isEqualTo("/data");
    }

    /** Far more often than it takes to read the file. It grows without being written to, for writers are held up while disks are busy. */
    private static void grow(Path file, AtomicBoolean isOver) {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            while (!isOver.get()) {
                open.setLength(open.length() + 1);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(ControlClient control, Path remote) throws IOException {
        control.ask("POST", "/v1/remotes", body().put("name", "nas").put("url", "file://" + remote));
    }
}
