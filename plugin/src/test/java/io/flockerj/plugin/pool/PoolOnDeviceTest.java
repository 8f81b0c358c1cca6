package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.AttachedLoop;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LoopDevices;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.Mounts;
import io.flockerj.plugin.pool.TestingHost.Daemon;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PoolOnDeviceTest extends PoolContract {
    private static final long SIZE = 512L << 20;

    private Path device = Path.of("");
    private AttachedLoop loop;

    PoolOnDeviceTest() {
        super(LoopFileSystem.Kind.EXT4);
    }

    @BeforeEach
    void attachDevice() throws IOException {
        Path image = disk().root().resolve("disk");
        try (FileHandle handle = FileHandle.openOrCreate(image, 0600)) {
            handle.truncate(SIZE);
        }
        loop = new LoopDevices(Path.of("/dev"), Path.of("/sys")).attach(image);
        // By a name of its own, which can vanish as that of a disk that is unplugged.
        device = disk().beside("device");
        bringBack();
    }

    @AfterEach
    void detachDevice() throws IOException {
        loop.close();
    }

    @Override
    String choice() {
        return "device:" + device;
    }

    @Override
    void takeAway() throws IOException {
        Files.delete(device);
    }

    @Override
    void bringBack() throws IOException {
        Files.createSymbolicLink(device, loop.device());
    }

    @Test
    void countsWhatVolumesTake() throws IOException {
        try (Daemon daemon = host().start(choice())) {
            assertCount(true, daemon.pool());
        }
    }

    @Test
    void aDeviceWithAnotherFileSystemIsRefusedAndKept() throws IOException {
        LoopFileSystem.run(List.of("mkfs.ext4", "-q", device.toString()));

        assertRefused(host(), choice(), "ext4", "wipefs");

        assertThat(LoopFileSystem.run(List.of("blkid", "-p", device.toString())))
                .contains("ext4");
    }

    @Test
    void aBtrfsThatIsNotOursIsRefusedAndNotTouched() throws IOException {
        LoopFileSystem.run(List.of("mkfs.btrfs", "-q", "-L", "photos", device.toString()));
        byte[] before = content();

        assertRefused(host(), choice(), "did not make", "btrfs:DIR", "wipefs");

        assertThat(content()).isEqualTo(before);
    }

    @Test
    void anotherFileSystemUnderTheNameOfTheRecordedDeviceIsNotTouched() throws IOException {
        makePool();
        LoopFileSystem.run(List.of("wipefs", "--all", "--quiet", loop.device().toString()));
        LoopFileSystem.run(List.of("dd", "if=/dev/zero", "of=" + loop.device(), "bs=64K", "count=1", "status=none"));
        LoopFileSystem.run(List.of("mkfs.btrfs", "-q", "-L", "photos", device.toString()));
        byte[] before = content();

        assertRefused(host(), choice(), "did not make");

        assertThat(content()).isEqualTo(before);
    }

    @Test
    void anEmptyDeviceInTheRecordedPlaceIsNotFormatted() throws IOException {
        makePool();
        LoopFileSystem.run(List.of("wipefs", "--all", "--quiet", loop.device().toString()));

        assertRefused(host(), choice(), "no btrfs any more");
    }

    @Test
    void aDeviceThatAnotherHostHasIsRefusedUnlessTakenOver() throws IOException {
        RandomId id;
        try (Daemon daemon = host().start(choice())) {
            id = daemon.pool().id();
            makeTree(daemon);

            assertRefused(host().another(), choice(), "belongs to the host", "take-over");
        }
        // As when the other host has died: its record is still there.
        new DeviceOwner(device).take(new HostIdentity(new RandomId("3".repeat(32)), "boot"), false);

        assertRefused(host(), choice(), "belongs to the host 333333333333", "take-over");
        try (Daemon daemon = host().takingOver().start(choice())) {
            assertThat(daemon.pool().id()).isEqualTo(id);
            assertThat(file(daemon)).hasContent("text");
        }
    }

    @Test
    void aDeviceThatWasGivenUpMayBeTakenByAnyHost() throws IOException {
        RandomId id = makePool();

        try (Daemon daemon = host().another().start(choice())) {
            assertThat(daemon.pool().id()).isEqualTo(id);
            assertThat(file(daemon)).hasContent("text");
        }
    }

    @Test
    void aDeviceWhoseVolumesAreMountedIsNotGivenUp() throws IOException {
        Path volume = Files.createDirectory(disk().beside("volume"));
        try (Daemon daemon = host().start(choice())) {
            Mounts.bind(makeTree(daemon).resolveSibling("."), volume);
        }

        assertRefused(host().another(), choice(), "belongs to the host");

        Mounts.unmount(volume);
        host().start(choice()).close();
    }

    @Test
    void anOwnersRecordThatCannotBeReadIsRefused() throws IOException {
        makePool();
        LoopFileSystem.run(List.of(
                "sh",
                "-c",
                "printf 'flockerj owner 1\\n{\"host\": 5' | dd of=" + loop.device()
                        + " bs=4K seek=8 conv=fsync status=none"));

        assertRefused(host(), choice(), "cannot be read", "take-over");
        host().takingOver().start(choice()).close();
        host().start(choice()).close();
    }

    @Test
    void aMissingDeviceIsRefusedAtTheFirstStartToo() throws IOException {
        takeAway();

        assertRefused(host(), choice(), "not there", "attach");

        assertThat(device).doesNotExist();
        bringBack();
    }

    /** What its beginning holds: owner's record and superblock among it. */
    private byte[] content() throws IOException {
        LoopFileSystem.run(List.of("sync", "-f", device.toString()));
        try (InputStream in = Files.newInputStream(loop.device())) {
            return in.readNBytes(1 << 20);
        }
    }
}
