package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileHandleTest {
    @TempDir
    Path directory;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Flags of open(2) that the kernel tells in octal of a descriptor of this process. */
    private static int openFlags(FileHandle handle) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/fdinfo/" + handle.fd())).stream()
                .filter(line -> line.startsWith("flags:"))
                .map(line -> Integer.parseInt(line.substring("flags:".length()).strip(), 8))
                .findFirst()
                .orElseThrow();
    }

    private Path file() throws IOException {
        return Files.write(directory.resolve("file"), ascii("content"));
    }

    @Test
    void everyHandleIsClosedInProgramsThatAreStarted() throws IOException {
        try (FileHandle dir = FileHandle.openDirectory(directory);
                FileHandle read = FileHandle.openRead(file());
                FileHandle write = FileHandle.openReadWrite(file());
                FileHandle made = FileHandle.openOrCreate(directory.resolve("made"), 0600);
                FileHandle child = dir.openDirectoryAt(Files.createDirectory(directory.resolve("d"))
                        .getFileName()
                        .toString()
                        .getBytes(StandardCharsets.US_ASCII))) {
            for (FileHandle handle : List.of(dir, read, write, made, child)) {
                assertThat(openFlags(handle) & OpenFlags.O_CLOEXEC)
                        .as(handle.toString())
                        .isNotZero();
            }
            assertThat(openFlags(read) & OpenFlags.O_RDWR).isZero();
            assertThat(openFlags(write) & OpenFlags.O_RDWR).isNotZero();
        }
    }

    @Test
    void onlyAFileIsOpenedAsOne() throws IOException {
        file();
        Files.createDirectory(directory.resolve("directory"));
        Files.createSymbolicLink(directory.resolve("symlink"), Path.of("file"));
        try (FileHandle dir = FileHandle.openDirectory(directory)) {
            DirectoryEntries.makeNode(dir, ascii("fifo"), FileKind.FIFO, 0600, 0, 0);
            DirectoryEntries.makeNode(dir, ascii("socket"), FileKind.SOCKET, 0600, 0, 0);

            for (String other : List.of("directory", "symlink", "fifo", "socket")) {
                assertThat(dir.openFileAt(ascii(other))).as(other).isEmpty();
            }
            try (FileHandle file = dir.openFileAt(ascii("file")).orElseThrow()) {
                assertThat(openFlags(file) & (OpenFlags.O_CLOEXEC | OpenFlags.O_PATH | OpenFlags.O_RDWR))
                        .isEqualTo(OpenFlags.O_CLOEXEC);
                assertThat(file.size()).isEqualTo("content".length());
            }
        }
    }

    @Test
    void whatIsMissingIsToldByPath() {
        Path missing = directory.resolve("missing");

        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> FileHandle.openReadWrite(missing))
                .withMessage("open for writing " + missing + ": No such file or directory (ENOENT)");
        assertThat(missing).doesNotExist();
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        Path file = file();

        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> FileHandle.openDirectory(file))
                .matches(e -> e.is(Errno.ENOTDIR));
    }

    @Test
    void creatingSetsTheModeAndKeepsWhatIsThere() throws IOException {
        Path file = directory.resolve("made");
        FileHandle.openOrCreate(file, 0600).close();
        Files.write(file, ascii("kept"));
        FileHandle.openOrCreate(file, 0644).close();

        assertThat(file).hasContent("kept");
        assertThat((int) Files.getAttribute(file, "unix:mode") & 0777).isEqualTo(0600);
    }

    @Test
    void aSymbolicLinkInADirectoryIsNotFollowed() throws IOException {
        Files.createDirectory(directory.resolve("real"));
        Files.createSymbolicLink(directory.resolve("link"), Path.of("real"));

        try (FileHandle handle = FileHandle.openDirectory(directory)) {
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> handle.openDirectoryAt(ascii("link")))
                    .matches(e -> e.is(Errno.ENOTDIR))
                    .withMessageContaining(directory + "/link");
            try (FileHandle real = handle.openDirectoryAt(ascii("real"))) {
                assertThat(Inodes.identity(real)).isEqualTo(Inodes.identity(directory.resolve("real")));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\0b"})
    void onlySingleNamesAreTaken(String name) throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(directory)) {
            assertThatIllegalArgumentException().isThrownBy(() -> handle.openDirectoryAt(ascii(name)));
            assertThatIllegalArgumentException().isThrownBy(() -> handle.unlink(ascii(name)));
            assertThatIllegalArgumentException().isThrownBy(() -> handle.removeDirectory(ascii(name)));
        }
    }

    @Test
    void namesWithDotsAreOrdinary() throws IOException {
        Files.createDirectory(directory.resolve("..."));
        Files.createDirectory(directory.resolve(".a"));

        try (FileHandle handle = FileHandle.openDirectory(directory)) {
            handle.openDirectoryAt(ascii("...")).close();
            assertThat(handle.names()).hasSize(2);
        }
    }

    @Test
    void aPathWithAZeroByteNeverReachesTheKernel() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mounts.mount("none\0x", directory, "tmpfs", Set.of(), ""));
    }

    @Test
    void oneHandleAtATimeHoldsTheLock() throws IOException {
        Path lock = directory.resolve("lock");
        try (FileHandle second = FileHandle.openOrCreate(lock, 0600)) {
            try (FileHandle first = FileHandle.openOrCreate(lock, 0600)) {
                assertThat(first.tryLockExclusive()).isTrue();
                assertThat(first.tryLockExclusive()).as("held already").isTrue();
                assertThat(second.tryLockExclusive()).isFalse();
            }

            assertThat(second.tryLockExclusive()).isTrue();
        }
    }

    @Test
    void allocatingReservesBlocksAndKeepsContent() throws IOException {
        Path file = file();
        try (FileHandle handle = FileHandle.openReadWrite(file)) {
            handle.allocate(0, 1 << 20);

            assertThat(handle.size()).isEqualTo(1 << 20);
            assertThat(Files.readAllBytes(file)).startsWith(ascii("content"));
            assertThat(Long.parseLong(LoopFileSystem.run(List.of("stat", "-c", "%b", file.toString()))
                            .strip()))
                    .isGreaterThanOrEqualTo((1 << 20) / 512);
        }
    }

    @Test
    void truncatingCutsAndExtends() throws IOException {
        Path file = file();
        try (FileHandle handle = FileHandle.openReadWrite(file)) {
            handle.truncate(3);
            assertThat(file).hasContent("con");
            handle.truncate(5_000_000_000L);
            assertThat(handle.size()).isEqualTo(5_000_000_000L);
        }
    }

    @Test
    void syncingAReadOnlyHandleOfADirectoryWorks() throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(directory)) {
            handle.sync();
        }
    }

    @Test
    void listsEveryNameOfALargeDirectory() throws IOException {
        for (int i = 0; i < 3000; i++) {
            Files.createFile(directory.resolve("a-name-of-some-length-" + i));
        }

        try (FileHandle handle = FileHandle.openDirectory(directory)) {
            assertThat(handle.names())
                    .hasSize(3000)
                    .anySatisfy(name -> assertThat(name).isEqualTo(ascii("a-name-of-some-length-2999")));
        }
    }

    @Test
    void removesFilesLinksAndEmptyDirectories() throws IOException {
        Path file = file();
        Files.createSymbolicLink(directory.resolve("link"), file);
        Files.createDirectories(directory.resolve("full/inner"));

        try (FileHandle handle = FileHandle.openDirectory(directory)) {
            handle.unlink(ascii("link"));
            assertThat(file).exists();
            handle.unlink(ascii("file"));
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> handle.removeDirectory(ascii("full")))
                    .matches(e -> e.is(Errno.ENOTEMPTY));
            Files.delete(directory.resolve("full/inner"));
            handle.removeDirectory(ascii("full"));
            assertThat(handle.names()).isEmpty();
        }
    }

    @Test
    void aClosedHandleIsNotUsed() throws IOException {
        FileHandle handle = FileHandle.openDirectory(directory);
        handle.close();
        handle.close();

        assertThatIllegalStateException().isThrownBy(handle::fd).withMessageContaining(directory.toString());
    }
}
