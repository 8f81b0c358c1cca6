package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.linux.LoopFileSystem.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("root")
class InodesTest {
    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void filesMadeInANoCowDirectoryAreNoCow() throws IOException {
        try (LoopFileSystem fs = LoopFileSystem.create(Kind.BTRFS, 256)) {
            Path directory = Files.createDirectory(fs.root().resolve("db"));
            assertThat(Inodes.noCow(directory)).isFalse();

            Inodes.setNoCow(directory);

            assertThat(Inodes.noCow(directory)).isTrue();
            assertThat(Inodes.noCow(Files.createFile(directory.resolve("data"))))
                    .isTrue();
        }
    }

    @Test
    void noCowIsRefusedWhereTheFileSystemHasNoSuchFlag() throws IOException {
        try (LoopFileSystem fs = LoopFileSystem.create(Kind.EXT4, 64)) {
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> Inodes.setNoCow(fs.root()))
                    .matches(e -> e.is(Errno.EOPNOTSUPP));
            assertThat(Inodes.noCow(fs.root())).isFalse();
        }
    }

    @Test
    void anErrorIsNotTakenForAbsence(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), Path.of("nowhere"));
        Path loop = Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));

        assertThat(Inodes.exists(directory.resolve("nothing"))).isFalse();
        assertThat(Inodes.isDirectory(directory.resolve("nothing"))).isFalse();
        for (Path there : List.of(file, dangling, loop)) {
            assertThat(Inodes.exists(there)).isTrue();
            assertThat(Inodes.isDirectory(there)).isFalse();
        }
        assertThat(Inodes.isDirectory(directory)).isTrue();
        for (Path unreachable : List.of(loop.resolve("x"), file.resolve("x"))) {
            assertThatExceptionOfType(LinuxException.class).isThrownBy(() -> Inodes.exists(unreachable));
            assertThatExceptionOfType(LinuxException.class).isThrownBy(() -> Inodes.isDirectory(unreachable));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anImmutableFileCanBeRemovedOnceCleared(Kind kind) throws IOException {
        try (LoopFileSystem fs = LoopFileSystem.create(kind, 320);
                FileHandle root = FileHandle.openDirectory(fs.root())) {
            Path file = Files.createFile(fs.root().resolve("file"));
            Path directory = Files.createDirectory(fs.root().resolve("directory"));
            LoopFileSystem.run(List.of("chattr", "+i", file.toString()));
            LoopFileSystem.run(List.of("chattr", "+a", directory.toString()));
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> root.unlink(ascii("file")))
                    .matches(e -> e.is(Errno.EPERM));

            Inodes.clearImmutable(file);
            Inodes.clearImmutable(root, ascii("directory"));

            root.unlink(ascii("file"));
            root.removeDirectory(ascii("directory"));
            assertThat(fs.root().resolve("file")).doesNotExist();
            assertThat(directory).doesNotExist();
        }
    }

    @Test
    void clearingDoesNotFollowASymbolicLink() throws IOException {
        try (LoopFileSystem fs = LoopFileSystem.create(Kind.EXT4, 64)) {
            Path file = Files.createFile(fs.root().resolve("file"));
            Path link = Files.createSymbolicLink(fs.root().resolve("link"), file);
            LoopFileSystem.run(List.of("chattr", "+i", file.toString()));

            Inodes.clearImmutable(link);

            assertThat(LoopFileSystem.run(List.of("lsattr", file.toString()))).startsWith("----i");
            Inodes.clearImmutable(file);
        }
    }

    @Test
    void clearingAFifoReturnsAtOnce() throws IOException {
        try (LoopFileSystem fs = LoopFileSystem.create(Kind.EXT4, 64)) {
            Path fifo = fs.root().resolve("fifo");
            LoopFileSystem.run(List.of("mkfifo", fifo.toString()));

            Inodes.clearImmutable(fifo);

            assertThat(Inodes.noCow(fifo)).isFalse();
        }
    }

    @Test
    void anAttributeComesBackAsItWasSet() throws IOException {
        try (LoopFileSystem fs = LoopFileSystem.create(Kind.BTRFS, 256)) {
            byte[] value = {0, -1, 'x', 0};
            assertThat(Inodes.xattr(fs.root(), "trusted.flockerj")).isEmpty();

            Inodes.setXattr(fs.root(), "trusted.flockerj", ascii("first"));
            Inodes.setXattr(fs.root(), "trusted.flockerj", value);

            assertThat(Inodes.xattr(fs.root(), "trusted.flockerj"))
                    .hasValueSatisfying(read -> assertThat(read).isEqualTo(value));
        }
    }

    @Test
    void anAttributeOfAnUnknownKindIsRefused() throws IOException {
        try (LoopFileSystem fs = LoopFileSystem.create(Kind.EXT4, 64)) {
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> Inodes.setXattr(fs.root(), "nonsense.flockerj", ascii("x")))
                    .matches(e -> e.is(Errno.EOPNOTSUPP));
        }
    }

    @Test
    void identityIsThatOfTheFileAndNotOfItsName() throws IOException {
        try (LoopFileSystem fs = LoopFileSystem.create(Kind.BTRFS, 256)) {
            Path file = Files.createFile(fs.root().resolve("file"));
            Path hard = Files.createLink(fs.root().resolve("hard"), file);
            Path soft = Files.createSymbolicLink(fs.root().resolve("soft"), file);
            Path other = Files.createFile(fs.root().resolve("other"));

            assertThat(Inodes.identity(hard)).isEqualTo(Inodes.identity(file));
            assertThat(Inodes.identity(soft)).isEqualTo(Inodes.identity(file));
            assertThat(Inodes.identity(other)).isNotEqualTo(Inodes.identity(file));
            assertThat(Inodes.identity(file))
                    .isEqualTo(new Inodes.Identity(
                            (long) Files.getAttribute(file, "unix:dev"), (long) Files.getAttribute(file, "unix:ino")));
        }
    }
}
