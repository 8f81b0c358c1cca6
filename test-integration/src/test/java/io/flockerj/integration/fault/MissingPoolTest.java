package io.flockerj.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.RefusedException;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Commands;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pool that the state directory records is not there, or another is, or another daemon has it. Nothing is made in its
 * place, everybody is told, only Get is left without an answer (an engine forgets a volume when Get fails); and when the pool
 * is back, the same daemon serves it.
 */
@Tag("root")
@ExtendWith(OwnMounts.class)
class MissingPoolTest {
    private static final String CONTAINER = "container";

    @TempDir
    Path directory;

    @AfterEach
    void unmountAll() {
        Place.clear(directory);
    }

    @Test
    void aMissingPoolFileIsWaitedFor() throws Exception {
        DaemonProcess.Plan plan = plan("file");
        Path file = new PoolFile(plan).path();
        Path away = directory.resolve("away");
        makeVolume(plan);

        Files.move(file, away);
        try (DaemonProcess daemon = plan.start()) {
            assertUnavailable(daemon, "the pool file " + file + " is missing; bring it back");
            assertThat(file).doesNotExist();
            assertThat(names(plan.path("state"))).doesNotContain("pool.btrfs.new");

            Files.move(away, file);
            assertServes(daemon);
        }
    }

    @Test
    void aPoolFileThatIsCutOffIsWaitedFor() throws Exception {
        DaemonProcess.Plan plan = plan("file");
        Path file = new PoolFile(plan).path();
        Path away = directory.resolve("away");
        makeVolume(plan);

        Files.move(file, away);
        Commands.here()
                .run("cp", "--sparse=always", away.toString(), file.toString())
                .ok();
        Commands.here().run("truncate", "--size", "300M", file.toString()).ok();
        try (DaemonProcess daemon = plan.start()) {
            assertUnavailable(daemon, "cannot be mounted");
            assertThat(file).hasSize(300L << 20);

            Files.delete(file);
            Files.move(away, file);
            assertServes(daemon);
        }
    }

    @Test
    void thePoolFileOfAnotherPoolIsLeftAsItIs() throws Exception {
        DaemonProcess.Plan plan = plan("file");
        DaemonProcess.Plan other = DaemonProcess.Plan.in(Files.createDirectory(directory.resolve("other")));
        Path file = new PoolFile(plan).path();
        Path away = directory.resolve("away");
        makeVolume(plan);
        makeVolume(other);
        Place.clear(other.directory());

        Files.move(file, away);
        Files.move(new PoolFile(other).path(), file);
        try (DaemonProcess daemon = plan.start()) {
            assertUnavailable(daemon, "bring that one back");

            Files.move(file, new PoolFile(other).path());
            Files.move(away, file);
            assertServes(daemon);
        }
        Place.clear(directory);
        try (DaemonProcess daemon = other.start()) {
            assertServes(daemon);
        }
        Place.clear(other.directory());
    }

    @Test
    void aMissingDirectoryIsWaitedFor() throws Exception {
        Path pool = directory.resolve("pool");
        DaemonProcess.Plan plan = plan("plain:" + pool);
        makeVolume(plan);

        Files.move(pool, directory.resolve("away"));
        try (DaemonProcess daemon = plan.start()) {
            assertUnavailable(daemon, "is missing; is its file system mounted?");
            assertThat(pool).doesNotExist();

            Files.move(directory.resolve("away"), pool);
            assertServes(daemon);
        }
    }

    @Test
    void anEmptyDirectoryWhereAPoolWasMountedIsLeftEmpty() throws Exception {
        Path pool = Files.createDirectory(directory.resolve("pool"));
        Path image = directory.resolve("image");
        Commands.here().run("truncate", "--size", "512M", image.toString()).ok();
        Commands.here().run("mkfs.btrfs", "-q", image.toString()).ok();
        mountLoop(image, pool);
        DaemonProcess.Plan plan = plan("btrfs:" + pool);
        makeVolume(plan);
        Place.clear(directory);

        Commands.here().run("umount", pool.toString()).ok();
        try (DaemonProcess daemon = plan.start()) {
            assertUnavailable(daemon, "is its file system mounted?");
            assertThat(pool).isEmptyDirectory();

            mountLoop(image, pool);
            assertServes(daemon);
        }
        Place.clear(directory);
        Commands.here().run("umount", pool.toString()).ok();
    }

    @Test
    void aMissingDeviceIsWaitedFor() throws Exception {
        DaemonProcess.Plan plan = PoolKind.DEVICE.on(directory, directory);
        PoolKind.DEVICE.attach(directory, directory);
        makeVolume(plan);
        Place.clear(directory);

        PoolKind.DEVICE.detach(directory);
        try (DaemonProcess daemon = plan.start()) {
            assertUnavailable(daemon, "is not there; attach the disk");
            assertThat(directory.resolve("device")).doesNotExist();

            PoolKind.DEVICE.attach(directory, directory);
            assertServes(daemon);
        } finally {
            Place.clear(directory);
            PoolKind.DEVICE.detach(directory);
        }
    }

    @Test
    void aSecondDaemonOnOneStateDirectoryWaitsForTheEndOfTheFirst() throws Exception {
        DaemonProcess.Plan plan = plan("file");
        makeVolume(plan);
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        DaemonProcess.Plan rival = DaemonProcess.Plan.in(elsewhere).with("state", plan.path("state"));
        try (DaemonProcess first = plan.start()) {
            assertServes(first);
            try (DaemonProcess second = rival.start()) {
                assertUnavailable(second, "another flockerj daemon is using " + plan.path("state"));
                assertServes(first);

                assertThat(first.stop()).isEqualTo(143);
                assertServes(second);
            }
            Place.clear(elsewhere);
        }
    }

    @Test
    void aPoolFileThatIsMountedIsFoundByAnyOfItsPaths() throws Exception {
        DaemonProcess.Plan plan = plan("file");
        Path data;
        try (DaemonProcess daemon = plan.start();
                VolumeDriverClient client = daemon.connect()) {
            client.create("v", Map.of());
            data = client.mount("v", CONTAINER).resolve("data");
            Files.writeString(data, "not synced");
        }
        Path alias = Files.createDirectory(directory.resolve("alias"));
        Commands.here()
                .run("mount", "--bind", plan.path("state").toString(), alias.toString())
                .ok();
        DaemonProcess.Plan again = plan.with("state", alias).with("run", directory.resolve("run2"));
        try (DaemonProcess daemon = again.start();
                VolumeDriverClient client = daemon.connect()) {
            assertThat(client.mount("v", "another").resolve("data")).hasContent("not synced");
            assertThat(data).hasContent("not synced");
            assertThat(loopsOf(new PoolFile(plan).path())).hasSize(1);
        }
        Place.clear(directory);
        Commands.here().run("umount", directory.resolve("run2/pool").toString()).ok();
        Commands.here().run("umount", alias.toString()).ok();
    }

    @Test
    void aLoopDeviceThatSomebodyElseAttachedIsUsed() throws Exception {
        DaemonProcess.Plan plan = plan("file");
        makeVolume(plan);
        Place.clear(directory);
        Path file = new PoolFile(plan).path();
        String device = Commands.here()
                .run("losetup", "--find", "--show", file.toString())
                .ok();
        try (DaemonProcess daemon = plan.start()) {
            assertServes(daemon);
            assertThat(loopsOf(file)).hasSize(1);
        } finally {
            Place.clear(directory);
            Commands.here().run("losetup", "--detach", device);
        }
    }

    private DaemonProcess.Plan plan(String pool) {
        return DaemonProcess.Plan.in(directory).with("pool", pool);
    }

    /** Makes a pool with one volume, and leaves it unmounted. */
    private static void makeVolume(DaemonProcess.Plan plan) throws IOException, InterruptedException {
        try (DaemonProcess daemon = plan.start();
                VolumeDriverClient client = daemon.connect()) {
            client.create("v", Map.of());
            Files.writeString(client.mount("v", CONTAINER).resolve("data"), "content");
            client.unmount("v", CONTAINER);
            daemon.stop();
        }
    }

    private static void assertServes(DaemonProcess daemon) throws IOException {
        try (VolumeDriverClient client = daemon.connect()) {
            assertThat(client.get("v").path("Name").asText()).isEqualTo("v");
            assertThat(client.list()).containsExactly("v");
            assertThat(client.mount("v", CONTAINER).resolve("data")).hasContent("content");
            client.unmount("v", CONTAINER);
        }
    }

    private static void assertUnavailable(DaemonProcess daemon, String message) throws Exception {
        FutureTask<Object> get = new FutureTask<>(() -> ask(daemon, client -> client.get("v")));
        FutureTask<Object> create = new FutureTask<>(() -> ask(daemon, client -> {
            client.create("w", Map.of());
            return client;
        }));
        Thread.ofPlatform().start(get);
        Thread.ofPlatform().start(create);
        assertThatThrownBy(() -> ask(daemon, VolumeDriverClient::list))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message);
        assertThatThrownBy(create::get)
                .cause()
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message);
        assertThatThrownBy(get::get).cause().isInstanceOf(EOFException.class);
    }

    private interface Question {
        Object ask(VolumeDriverClient client) throws IOException;
    }

    private static Object ask(DaemonProcess daemon, Question question) throws IOException {
        try (VolumeDriverClient client = daemon.connect()) {
            return question.ask(client);
        }
    }

    private static void mountLoop(Path image, Path point) {
        Commands.here()
                .run("mount", "-o", "loop", image.toString(), point.toString())
                .ok();
    }

    private static List<String> loopsOf(Path file) {
        return Commands.here().run("losetup", "--associated", file.toString()).lines();
    }

    private static List<String> names(Path path) throws IOException {
        try (var entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
