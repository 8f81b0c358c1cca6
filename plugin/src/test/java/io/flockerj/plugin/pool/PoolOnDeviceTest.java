package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

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
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PoolOnDeviceTest extends PoolContract {
    private static final RandomId ID = new RandomId("7".repeat(32));
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
        dieWithTheDevice();

        assertRefused(host(), choice(), "belongs to the host 333333333333", "take-over");
        try (Daemon daemon = host().takingOver(ownerToTakeOver()).start(choice())) {
            assertThat(daemon.pool().id()).isEqualTo(id);
            assertThat(file(daemon)).hasContent("text");
        }
    }

    /** As another host that has died: its record is still there. */
    private void dieWithTheDevice() throws IOException {
        owner("3", () -> {}).take(host().host().ids().get());
    }

    private DeviceOwner owner(String digit, DeviceOwner.Pause pause) {
        return new DeviceOwner(
                device, new HostIdentity(new RandomId(digit.repeat(32)), "boot"), Optional.empty(), pause);
    }

    /** The value that the refusal tells people to set. */
    private RandomId ownerToTakeOver() {
        Throwable refusal = catchThrowable(() -> host().start(choice()).close());
        Matcher named = Pattern.compile("set take-over to ([0-9a-f]{32})").matcher(refusal.getMessage());
        assertThat(named.find()).isTrue();
        return new RandomId(named.group(1));
    }

    @Test
    void aTakeOverMeansOneClaimAndNoLaterOne() throws IOException {
        makePool();
        dieWithTheDevice();
        RandomId first = ownerToTakeOver();
        host().takingOver(first).start(choice()).close();
        dieWithTheDevice();
        byte[] before = content();

        assertRefused(host().takingOver(first), choice(), "belongs to the host 333333333333");

        assertThat(content()).isEqualTo(before);
    }

    @Test
    void ofTwoHostsThatTakeADeviceAtTheSameMomentTheLastToWriteHasIt() throws IOException {
        makePool();
        DeviceOwner last = owner("3", () -> {});
        DeviceOwner first = owner("4", () -> overwrite(last));

        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> first.take(ID))
                .withMessageContaining("at the same moment");
        first.release();

        assertThat(last.isThisHosts()).isTrue();
    }

    @Test
    void aClaimWhoseWriterWasKilledInThePauseIsNoConfirmedOne() throws IOException {
        makePool();
        DeviceOwner killed = owner("4", () -> {
            throw new IOException("killed");
        });
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> killed.take(ID))
                .withMessage("killed");
        DeviceOwner last = owner("3", () -> {});
        DeviceOwner restarted = owner("4", () -> overwrite(last));

        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> restarted.take(ID))
                .withMessageContaining("at the same moment");

        assertThat(last.isThisHosts()).isTrue();
        owner("3", () -> {}).take(ID);
    }

    @Test
    void aDeviceThatThisHostUsesIsTakenWithoutAPause() throws IOException {
        try (Daemon daemon = host().start(choice())) {
            PoolHost here = host().host();
            HostIdentity self = HostIdentity.of(here.state(), here.proc(), here.ids());
            byte[] before = content();

            new DeviceOwner(device, self, here.takeOver(), () -> {
                        throw new IOException("paused");
                    })
                    .take(ID);

            assertThat(content()).isEqualTo(before);
            assertThat(daemon.pool().directory()).isDirectory();
        }
    }

    /** As a host does that saw no record either. */
    private void overwrite(DeviceOwner owner) throws IOException {
        LoopFileSystem.run(List.of(
                "dd",
                "if=/dev/zero",
                "of=" + loop.device(),
                "bs=4K",
                "seek=8",
                "count=1",
                "conv=fsync",
                "status=none"));
        owner.take(new RandomId("8".repeat(32)));
    }

    @Test
    void nothingIsWrittenToADeviceWithAnotherPool() throws IOException {
        makePool();
        new PoolRecord(new RandomId("2".repeat(32)), Optional.of((PoolChoice.Location) PoolChoice.parse(choice())))
                .write(host().state());
        byte[] before = content();

        assertRefused(host(), choice(), "holds the pool");
        assertThat(content()).isEqualTo(before);

        dieWithTheDevice();
        RandomId owner = ownerToTakeOver();
        before = content();
        assertRefused(host().takingOver(owner), choice(), "holds the pool");
        assertThat(content()).isEqualTo(before);
    }

    @Test
    void whatIsNoBlockDeviceIsRefused() throws IOException {
        takeAway();
        Files.writeString(device, "precious");

        assertRefused(host(), choice(), "is no block device");

        assertThat(device).hasContent("precious");
        Files.delete(device);
        Files.createSymbolicLink(device, Path.of("/dev/null"));
        assertRefused(host(), choice(), "is no block device");
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
        host().takingOver(ownerToTakeOver()).start(choice()).close();
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
