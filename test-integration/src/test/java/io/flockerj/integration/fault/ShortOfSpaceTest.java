package io.flockerj.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.RefusedException;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The host's disk is full, or the pool is: containers see a plain error, callers are told what to do. */
@Tag("root")
@ExtendWith(OwnMounts.class)
class ShortOfSpaceTest {
    private static final String CONTAINER = "container";
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path directory;

    private Path host;
    private DaemonProcess.Plan plan;

    @BeforeEach
    void makeHostDisk() throws IOException {
        host = Files.createDirectory(directory.resolve("host"));
        String image = directory.resolve("host.img").toString();
        Commands.here().run("truncate", "--size", "1600M", image).ok();
        Commands.here().run("mkfs.ext4", "-q", "-m", "0", image).ok();
        Commands.here().run("mount", "-o", "loop", image, host.toString()).ok();
        plan = DaemonProcess.Plan.in(directory)
                .with("state", host.resolve("state"))
                .with("pool", "file");
    }

    @AfterEach
    void takeHostDiskAway() {
        Place.clear(directory);
        Eventually.await(
                "an unused disk",
                () -> Commands.here().run("umount", host.toString()).exit() == 0);
    }

    @Test
    void aFullHostDiskTakesNothingFromTheSpaceOfThePool() throws Exception {
        try (DaemonProcess daemon = plan.start();
                VolumeDriverClient client = daemon.connect()) {
            client.create("v", Map.of());
            Path top = client.mount("v", CONTAINER);
            PoolFile pool = new PoolFile(plan);
            fill(host);

            long promised = free(top);
            assertThat(promised).isGreaterThan(200L * MEBIBYTE);
            assertThat(writeUntilFull(top.resolve("data"))).isGreaterThan(promised * 9 / 10);
            Files.delete(top.resolve("data"));
            Commands.here().run("sync", "--file-system", top.toString()).ok();
            write(top.resolve("again"), 50);

            long size = pool.size();
            empty(host);
            write(top.resolve("more"), 600);
            Eventually.await("growth", () -> pool.size() > size);
        }
    }

    @Test
    void aFullPoolRefusesNewVolumesAndServesTheOldOnes() throws Exception {
        try (DaemonProcess daemon = plan.with("pool", "file:256M").start();
                VolumeDriverClient client = daemon.connect()) {
            client.create("v", Map.of());
            client.create("unneeded", Map.of());
            Path top = client.mount("v", CONTAINER);
            assertThat(writeUntilFull(top.resolve("data"))).isPositive();

            assertThatThrownBy(() -> client.create("w", Map.of()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("left of")
                    .hasMessageContaining("or give the pool more space");
            client.unmount("v", CONTAINER);
            assertThat(client.mount("v", CONTAINER)).isEqualTo(top);
            assertThatThrownBy(() -> client.remove("unneeded"))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("No space left on device");
            assertThat(client.list()).containsExactlyInAnyOrder("v", "unneeded");

            Files.delete(top.resolve("data"));
            Commands.here().run("sync", "--file-system", top.toString()).ok();
            client.create("w", Map.of());
            client.remove("unneeded");
            assertThat(client.list()).containsExactlyInAnyOrder("v", "w");
        }
    }

    @Test
    void aFirstStartOnAFullHostSaysSoAndSucceedsWhenThereIsRoom() throws Exception {
        Files.createDirectory(plan.path("state"));
        fill(host);
        Files.delete(host.resolve("filler0"));
        PoolFile.reserve(host.resolve("filler"), 400L * MEBIBYTE);
        try (DaemonProcess daemon = plan.start();
                VolumeDriverClient client = daemon.connect()) {
            assertThatThrownBy(client::list)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("make room");
            assertThat(plan.path("state").resolve("pool.btrfs")).doesNotExist();

            empty(host);
            assertThat(client.list()).isEmpty();
        }
    }

    private static void fill(Path fileSystem) {
        int n = 0;
        for (long size = 512L * MEBIBYTE; size >= 4096; size /= 2) {
            while (Commands.here()
                            .run("fallocate", "--length", Long.toString(size), fileSystem + "/filler" + n++)
                            .exit()
                    == 0) {
                // once more of this size
            }
        }
    }

    private static void empty(Path fileSystem) {
        Commands.here().run("sh", "-c", "rm -f " + fileSystem + "/filler*").ok();
    }

    private static long free(Path top) {
        String[] blocks = Commands.here()
                .run("stat", "--file-system", "--format=%a %S", top.toString())
                .ok()
                .split(" ", -1);
        return Long.parseLong(blocks[0]) * Long.parseLong(blocks[1]);
    }

    /** Answers how much could be written; fails unless what ended it was a lack of space. */
    private static long writeUntilFull(Path file) throws IOException {
        byte[] bytes = random();
        long written = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (true) {
                written += channel.write(ByteBuffer.wrap(bytes));
                channel.force(false);
            }
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            assertThat(e).hasMessage("No space left on device");
            return written;
        }
    }

    private static void write(Path file, int mebibytes) throws IOException {
        byte[] bytes = random();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int i = 0; i < mebibytes; i++) {
                Images.write(channel, channel.position(), ByteBuffer.wrap(bytes));
                channel.position(channel.position() + bytes.length);
            }
            channel.force(true);
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[MEBIBYTE];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
