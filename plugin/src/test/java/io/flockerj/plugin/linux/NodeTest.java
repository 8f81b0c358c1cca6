package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link Node}, with {@link DirectoryEntries} and {@link FileContent}, as far as that needs no rights. */
class NodeTest {
    @TempDir
    Path directory;

    private FileHandle handle = FileHandle.openDirectory(Path.of("/"));

    NodeTest() throws IOException {}

    @BeforeEach
    void open() throws IOException {
        handle.close();
        handle = FileHandle.openDirectory(directory);
    }

    @AfterEach
    void close() throws IOException {
        handle.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer direct(String text) {
        byte[] bytes = bytes(text);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static void fails(ThrowingCallable call, int errno) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @Test
    void nodeStaysTheSameWhateverIsPutInItsPlace() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "first");
        try (Node node = Node.in(handle, bytes("file"))) {
            Files.delete(file);
            Files.createDirectory(file);
            assertThat(node.status().kind()).isEqualTo(FileKind.FILE);
            assertThat(node.status().size()).isEqualTo(5);
            assertThat(node.status().links()).isZero();
        }
    }

    @Test
    void timesBefore1970AreSetAndTold() throws IOException {
        Files.writeString(directory.resolve("file"), "x");
        try (Node node = Node.in(handle, bytes("file"))) {
            node.setModified(-1_000_000_000, 999_999_999);
            assertThat(node.status().modified()).isEqualTo(-1_000_000_000);
            assertThat(node.status().modifiedNanos()).isEqualTo(999_999_999);
        }
    }

    @Test
    void attributesAreSetListedAndRemoved() throws IOException {
        Files.writeString(directory.resolve("file"), "x");
        String large = "v".repeat(1000);
        try (Node node = Node.in(handle, bytes("file"))) {
            assertThat(node.attributes()).isEmpty();
            node.setAttribute(bytes("user.empty"), new byte[0]);
            node.setAttribute(bytes("user." + "n".repeat(240)), bytes(large));
            assertThat(node.attributes()).hasSize(2);
            assertThat(node.attribute(bytes("user.empty"))).contains(new byte[0]);
            assertThat(node.attribute(bytes("user." + "n".repeat(240)))).contains(bytes(large));
            assertThat(node.attribute(bytes("user.none"))).isEmpty();
            node.removeAttribute(bytes("user.empty"));
            node.removeAttribute(bytes("user.none"));
            assertThat(node.attributes()).hasSize(1);
        }
    }

    @Test
    void kernelKeepsAPathBelowItsDirectory() throws IOException {
        Files.createDirectory(directory.resolve("in"));
        DirectoryEntries.makeSymlink(handle, bytes("out"), bytes("/etc"));
        DirectoryEntries.makeSymlink(handle, bytes("back"), bytes("in/../in"));
        try (Node back = Node.below(handle, bytes("back"), true)) {
            assertThat(back.status().kind()).isEqualTo(FileKind.DIRECTORY);
        }
        try (Node link = Node.below(handle, bytes("out"), false)) {
            assertThat(link.linkTarget()).isEqualTo(bytes("/etc"));
        }
        for (String path : new String[] {"out", "out/passwd", "..", "in/../../x", "/etc"}) {
            fails(() -> Node.below(handle, bytes(path), true), Errno.EXDEV);
        }
    }

    @Test
    void linkToASymbolicLinkIsAnotherNameOfIt() throws IOException {
        DirectoryEntries.makeSymlink(handle, bytes("link"), bytes("nowhere"));
        try (Node link = Node.in(handle, bytes("link"))) {
            link.link(handle, bytes("second"));
        }
        assertThat(Files.readSymbolicLink(directory.resolve("second"))).hasToString("nowhere");
    }

    @Test
    void takenNamesAreKeptUnlessTheyAreToBeReplaced() throws IOException {
        Files.writeString(directory.resolve("a"), "a");
        Files.writeString(directory.resolve("b"), "b");
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.writeString(other.resolve("a"), "other");
        fails(() -> DirectoryEntries.makeDirectory(handle, bytes("a"), 0700), Errno.EEXIST);
        fails(() -> handle.createFileAt(bytes("a"), 0600), Errno.EEXIST);
        try (FileHandle to = FileHandle.openDirectory(other)) {
            fails(() -> DirectoryEntries.moveToFree(handle, bytes("a"), to), Errno.EEXIST);
            DirectoryEntries.move(handle, bytes("a"), to);
            assertThat(other.resolve("a")).hasContent("a");
            DirectoryEntries.moveToFree(handle, bytes("b"), to);
            assertThat(other.resolve("b")).hasContent("b");
            assertThatThrownBy(() -> DirectoryEntries.move(handle, bytes("x/y"), to))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void dataAndHolesAreFound() throws IOException {
        int block = 1 << 16;
        try (FileHandle file = handle.createFileAt(bytes("file"), 0600)) {
            file.truncate(10L * block);
            FileContent.write(file, 4L * block, direct("x"));
            assertThat(FileContent.data(file, 0)).hasValue(4L * block);
            assertThat(FileContent.hole(file, 4L * block)).isBetween(4L * block + 1, 5L * block);
            assertThat(FileContent.data(file, 5L * block)).isEmpty();
            ByteBuffer buffer = ByteBuffer.allocateDirect(2);
            assertThat(FileContent.read(file, 4L * block - 1, buffer)).isEqualTo(2);
            assertThat(buffer.flip().get(1)).isEqualTo((byte) 'x');
            assertThat(FileContent.read(file, 10L * block, buffer)).isZero();
        }
    }

    @Test
    void partOfAFileIsCopiedToTheSamePlace() throws IOException {
        try (FileHandle from = handle.createFileAt(bytes("from"), 0600);
                FileHandle to = handle.createFileAt(bytes("to"), 0600)) {
            FileContent.write(from, 0, direct("0123456789"));
            FileContent.copy(from, to, 3, 4);
            assertThat(Files.readAllBytes(directory.resolve("to"))).isEqualTo(bytes("\0\0\0" + "3456"));
        }
    }
}
