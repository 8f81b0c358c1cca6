package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.linux.LoopFileSystem.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class LoopDevicesTest {
    private static final Path SYS = Path.of("/sys");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MEGABYTE = 1 << 20;

    private final LoopDevices loops = new LoopDevices(Path.of("/dev"), SYS);

    @TempDir
    Path directory;

    private Path image(String name) throws IOException {
        Path image = directory.resolve(name);
        try (FileHandle handle = FileHandle.openOrCreate(image, 0600)) {
            handle.truncate(8 * MEGABYTE);
        }
        return image;
    }

    private static long size(Path device) throws IOException {
        try (FileHandle handle = FileHandle.openRead(device)) {
            return handle.size();
        }
    }

    private static String inSysfs(Path device, String attribute) throws IOException {
        return Files.readString(
                        SYS.resolve("block").resolve(device.getFileName()).resolve(attribute))
                .strip();
    }

    @Test
    void whatIsWrittenToTheDeviceIsInTheFile() throws IOException {
        Path image = image("image");
        try (AttachedLoop loop = loops.attach(image)) {
            Files.write(loop.device(), new byte[] {'h', 'i'});
            LoopFileSystem.run(List.of("sync", loop.device().toString()));

            assertThat(size(loop.device())).isEqualTo(8 * MEGABYTE);
            assertThat(Files.readAllBytes(image)).startsWith('h', 'i', 0);
        }
    }

    @Test
    void aDeviceIsFoundByInodeWhateverTheFileIsCalled() throws IOException {
        Path image = image("image");
        Path decoy = image("decoy");
        try (AttachedLoop loop = loops.attach(image)) {
            Path renamed = Files.move(image, directory.resolve("renamed"));
            Files.move(decoy, image);
            Path hard = Files.createLink(directory.resolve("hard"), renamed);

            assertThat(loops.find(renamed)).hasValue(loop.device());
            assertThat(loops.find(hard)).hasValue(loop.device());
            assertThat(loops.find(image)).isEmpty();
        }
    }

    @Test
    void aFileOnAnotherFileSystemWithTheSameInodeIsNotMistaken() throws IOException {
        try (LoopFileSystem one = LoopFileSystem.create(Kind.EXT4, 64);
                LoopFileSystem two = LoopFileSystem.create(Kind.EXT4, 64)) {
            Path first = Files.write(one.root().resolve("image"), new byte[MEGABYTE]);
            Path second = Files.write(two.root().resolve("image"), new byte[MEGABYTE]);
            assertThat(Inodes.identity(first).inode())
                    .isEqualTo(Inodes.identity(second).inode());
            try (AttachedLoop loop = loops.attach(first)) {
                assertThat(loops.find(second)).isEmpty();
                assertThat(loops.find(first)).hasValue(loop.device());
            }
        }
    }

    @Test
    void aFileOnBtrfsIsRecognised() throws IOException {
        try (LoopFileSystem fs = LoopFileSystem.create(Kind.BTRFS, 256)) {
            Path image = Files.write(fs.root().resolve("image"), new byte[MEGABYTE]);
            try (AttachedLoop loop = loops.attach(image)) {
                assertThat(loops.find(image)).hasValue(loop.device());
            }
        }
    }

    @Test
    void aDeviceThatNobodyUsesDetaches() throws IOException {
        Path image = image("image");
        loops.attach(image).close();

        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (loops.find(image).isPresent()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void aMountedDeviceStaysAttachedUntilItIsUnmounted() throws IOException {
        try (LoopFileSystem fs = LoopFileSystem.create(Kind.EXT4, 64)) {
            assertThat(loops.find(fs.image())).hasValue(fs.device());
        }
    }

    @Test
    void blocksAreLargeAndThePageCacheIsBypassedWhereTheFileSystemCan() throws IOException {
        try (LoopFileSystem fs = LoopFileSystem.create(Kind.EXT4, 64)) {
            assertThat(inSysfs(fs.device(), "queue/logical_block_size")).isEqualTo("4096");
            assertThat(inSysfs(fs.device(), "loop/dio"))
                    .isEqualTo(loops.directIo(fs.device()) ? "1" : "0")
                    .isEqualTo("1");
            assertThat(inSysfs(fs.device(), "loop/autoclear")).isEqualTo("1");
        }
    }

    @Test
    void aFileSystemWithoutDirectIoIsBuffered() throws IOException {
        Path mount = Files.createDirectory(directory.resolve("mount"));
        Mounts.mount("none", mount, "ramfs", Set.of(), "");
        try {
            Path image = Files.write(mount.resolve("image"), new byte[MEGABYTE]);
            try (AttachedLoop loop = loops.attach(image)) {
                assertThat(loops.directIo(loop.device())).isFalse();
                assertThat(size(loop.device())).isEqualTo(MEGABYTE);
            }
        } finally {
            LoopFileSystem.unmountWhenFree(mount, PATIENCE);
        }
    }

    @Test
    void theDeviceGrowsWithItsFileWhenTold() throws IOException {
        Path image = image("image");
        try (AttachedLoop loop = loops.attach(image);
                FileHandle file = FileHandle.openReadWrite(image)) {
            file.truncate(24 * MEGABYTE);
            assertThat(size(loop.device())).isEqualTo(8 * MEGABYTE);

            loops.refreshCapacity(loop.device());

            assertThat(size(loop.device())).isEqualTo(24 * MEGABYTE);
        }
    }

    @Test
    void manyAtOnceEachGetADeviceOfTheirOwn() throws Exception {
        int many = 12;
        List<Path> images = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            images.add(image("image" + i));
        }
        List<AttachedLoop> attached = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            List<Future<AttachedLoop>> all = images.stream()
                    .map(image -> threads.submit(() -> loops.attach(image)))
                    .toList();
            for (Future<AttachedLoop> one : all) {
                attached.add(one.get());
            }
            assertThat(attached.stream().map(AttachedLoop::device).distinct()).hasSize(many);
            for (int i = 0; i < many; i++) {
                assertThat(loops.find(images.get(i))).hasValue(attached.get(i).device());
            }
        } finally {
            for (AttachedLoop one : attached) {
                one.close();
            }
        }
    }

    @Test
    void deviceNodesAreMadeWhereThereAreNone() throws IOException {
        Path dev = Files.createDirectory(directory.resolve("dev"));
        Path image = image("image");
        LoopDevices elsewhere = new LoopDevices(dev, SYS);
        try (AttachedLoop loop = elsewhere.attach(image)) {
            assertThat(loop.device()).startsWith(dev);
            assertThat((int) Files.getAttribute(loop.device(), "unix:mode") & 0170000)
                    .isEqualTo(0060000);
            assertThat(loops.find(image))
                    .hasValue(Path.of("/dev").resolve(loop.device().getFileName()));
            Files.delete(loop.device());
            assertThat(elsewhere.find(image)).hasValue(loop.device());
        }
    }

    @Test
    void aDeviceThatWasReadOnlyForItsLastFileIsWritable() throws IOException {
        Path device;
        try (AttachedLoop loop = loops.attach(image("first"))) {
            device = loop.device();
            LoopFileSystem.run(List.of("blockdev", "--setro", device.toString()));
        }
        // Others may have the device for a moment.
        List<AttachedLoop> attached = new ArrayList<>();
        try {
            while (attached.isEmpty() || !attached.getLast().device().equals(device)) {
                assertThat(attached.size()).as("devices tried").isLessThan(64);
                attached.add(loops.attach(image("image" + attached.size())));
            }

            Files.write(device, new byte[] {'x'});
        } finally {
            for (AttachedLoop one : attached) {
                one.close();
            }
        }
    }

    @Test
    void aDirectoryIsRefusedAndLeavesNoDevice() {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> loops.attach(directory))
                .matches(e -> e.is(Errno.EISDIR));
    }

    @Test
    void aFileThatCannotBeAttachedIsToldWithItsDevice() throws IOException {
        Path fifo = directory.resolve("fifo");
        LoopFileSystem.run(List.of("mkfifo", fifo.toString()));

        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> loops.attach(fifo))
                .matches(e -> e.is(Errno.EINVAL))
                .withMessageContaining("attach " + fifo + " to /dev/loop");
    }
}
