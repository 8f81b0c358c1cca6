package io.flockerj.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.integration.ControlClient;
import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.RefusedException;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the pool takes no more writes, and the kernel makes its file system read-only. */
@Tag("root")
@ExtendWith(OwnMounts.class)
class BrokenDiskTest {
    private static final String CONTAINER = "container";

    @TempDir
    Path directory;

    private RecordingDisk disk;
    private Path device;
    private DaemonProcess.Plan plan;

    @BeforeEach
    void makePoolDisk() throws IOException {
        disk = new RecordingDisk(
                Files.createDirectory(directory.resolve("fuse")),
                Files.createDirectory(directory.resolve("recorded")),
                1L << 30);
        device = directory.resolve("device");
        attach("--show");
        plan = DaemonProcess.Plan.in(directory).with("pool", "device:" + device);
    }

    @AfterEach
    void takePoolDiskAway() throws IOException {
        Place.clear(directory);
        detach();
        disk.close();
    }

    private void attach(String option) throws IOException {
        String loop = Commands.here()
                .run("losetup", option, "--show", "--find", disk.file().toString())
                .ok();
        Files.createSymbolicLink(device, Path.of(loop));
    }

    private void detach() throws IOException {
        Commands.here().run("losetup", "--detach", device.toString());
        Files.deleteIfExists(device);
    }

    @Test
    void aPoolThatBecomesReadOnlyServesWhatIsThereAndSaysWhyNothingCanBeMade() throws Exception {
        try (DaemonProcess daemon = plan.start();
                VolumeDriverClient client = daemon.connect();
                ControlClient control = daemon.connectToControl()) {
            client.create("v", Map.of());
            Path top = client.mount("v", CONTAINER);
            Files.writeString(top.resolve("data"), "content");
            Commands.here().run("sync", "--file-system", top.toString()).ok();
            disk.breakWrites(true);
            Files.writeString(top.resolve("lost"), "lost");
            assertThat(Commands.here()
                            .run("sync", "--file-system", top.toString())
                            .exit())
                    .isNotZero();

            assertThatThrownBy(() -> client.create("w", Map.of()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("is read-only")
                    .hasMessageContaining("look into the kernel's log");
            assertThatThrownBy(() -> control.resize("v", "1G"))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("ead-only");
            client.unmount("v", CONTAINER);
            assertThatThrownBy(() -> client.remove("v"))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("ead-only");
            assertThat(client.list()).containsExactly("v");
            assertThat(client.get("v").path("Name").asText()).isEqualTo("v");
            assertThat(client.mount("v", CONTAINER).resolve("data")).hasContent("content");
            client.unmount("v", CONTAINER);
            daemon.stop();
        }
        disk.breakWrites(false);
        try (DaemonProcess daemon = plan.start();
                VolumeDriverClient client = daemon.connect()) {
            assertThat(client.mount("v", CONTAINER).resolve("data")).hasContent("content");
            client.unmount("v", CONTAINER);
            client.remove("v");
            client.create("w", Map.of());
        }
    }

    @Test
    void aPoolOnAReadOnlyDeviceIsWaitedFor() throws Exception {
        try (DaemonProcess daemon = plan.start();
                VolumeDriverClient client = daemon.connect()) {
            client.create("v", Map.of());
            daemon.stop();
        }
        detach();
        attach("--read-only");
        try (DaemonProcess daemon = plan.start();
                VolumeDriverClient client = daemon.connect()) {
            assertThatThrownBy(client::list)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("the device " + device.toRealPath() + " of the pool cannot be written")
                    .hasMessageContaining("make it writable");
            detach();
            attach("--show");
            assertThat(client.list()).containsExactly("v");
        }
    }
}
