package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.http.Eventually;
import io.flockerj.plugin.linux.AttachedLoop;
import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LoopDevices;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.Mounts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class PoolFileGrowthTest {
    private static final Path SYS = Path.of("/sys");
    private static final long MEBIBYTE = 1L << 20;
    private static final long SIZE = 512 * MEBIBYTE;

    private final LoopDevices loops = new LoopDevices(Path.of("/dev"), SYS);
    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private final PrintStream err = System.err;
    private LoopFileSystem disk;
    private Path file;
    private Path device;
    private Path mountPoint;

    @BeforeEach
    void mountPoolFile() throws IOException {
        System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
        disk = LoopFileSystem.create(LoopFileSystem.Kind.EXT4, 3072);
        file = make("pool.btrfs");
        mountPoint = disk.beside("pool");
        try (AttachedLoop loop = loops.attach(file)) {
            device = loop.device();
            MountedBtrfs.mount(device, mountPoint);
        }
    }

    @AfterEach
    void unmount() throws IOException {
        System.setErr(err);
        Mounts.unmount(mountPoint);
        disk.close();
    }

    private Path make(String name) throws IOException {
        Path made = disk.root().resolve(name);
        try (FileHandle handle = FileHandle.openOrCreate(made, 0600)) {
            handle.allocate(0, SIZE);
        }
        BtrfsFormat.make(TestingHost::run, made);
        return made;
    }

    private PoolFileGrowth growth(Path ofFile, Path sys) {
        return new PoolFileGrowth(ofFile, device, mountPoint, Optional.empty(), loops, sys, Duration.ofMinutes(1));
    }

    private String told() {
        return told.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aFileIsNeverCutOffWithinItsFileSystem() throws IOException {
        try (FileHandle top = FileHandle.openDirectory(mountPoint);
                FileHandle handle = FileHandle.openReadWrite(file)) {
            assertThatExceptionOfType(PoolException.class)
                    .isThrownBy(() -> PoolFileGrowth.truncate(top, handle, SIZE - 64 * MEBIBYTE))
                    .withMessageContaining("pool.btrfs")
                    .withMessageContaining(String.valueOf(SIZE));
            assertThat(handle.size()).isEqualTo(SIZE);

            Btrfs.resize(top, 1, SIZE - 64 * MEBIBYTE);
            PoolFileGrowth.truncate(top, handle, SIZE - 64 * MEBIBYTE);

            assertThat(handle.size()).isEqualTo(SIZE - 64 * MEBIBYTE);
        }
    }

    @Test
    void whatCannotBeToldAtOnceIsAskedAgainWithoutAWarning() throws Exception {
        Path sys = Files.createDirectories(disk.beside("sys"));
        try (PoolFileGrowth growth = growth(file, sys)) {
            growth.start();
            Files.createSymbolicLink(sys.resolve("fs"), SYS.resolve("fs"));

            Eventually.eventually("the file grew", () -> Files.size(file) > SIZE);
        }
        assertThat(told()).doesNotContain("WARN");
    }

    @Test
    void whatCannotBeToldForLongIsWarnedOfInOneLine() throws Exception {
        try (PoolFileGrowth growth = growth(file, disk.beside("nowhere"))) {
            growth.start();

            Eventually.eventually("a warning", () -> told().contains("could not be adapted"));
        }
        assertThat(told()).contains("WARN", "reason=").doesNotContain("\tat ");
    }

    @Test
    void aFileSystemThatIsNotTheFilesIsNotResized() throws Exception {
        Path other = make("other.btrfs");
        try (PoolFileGrowth growth = growth(other, SYS)) {
            growth.start();

            Eventually.eventually("it is told", () -> told().contains("not watched"));
        }
        assertThat(told()).contains("is not the one in");
        assertThat(Files.size(other)).isEqualTo(SIZE);
    }
}
