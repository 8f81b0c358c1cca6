package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawPathTest {
    @TempDir
    Path directory;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Every byte that a name may have. */
    private static byte[] everyByte(int from, int to) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = from; b < to; b++) {
            if (b != 0 && b != '/') {
                bytes.write(b);
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] join(byte[] first, byte[] second) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(first);
        bytes.writeBytes(second);
        return bytes.toByteArray();
    }

    @Test
    void everyByteComesBack() {
        for (byte[] name : List.of(everyByte(1, 128), everyByte(128, 256))) {
            byte[] path = join(ascii("/some/"), name);

            assertThat(RawPath.bytes(RawPath.of(path))).isEqualTo(path);
        }
    }

    @Test
    void namesThatAreNotTextReachTheFileSystemExactly() throws IOException {
        byte[] name = {'a', (byte) 0xFF, ' ', (byte) 0xC3};
        Path file = RawPath.of(join(RawPath.bytes(directory.toAbsolutePath()), join(ascii("/"), name)));
        Files.createFile(file);

        try (FileHandle handle = FileHandle.openDirectory(directory)) {
            assertThat(handle.names()).containsExactly(name);
        }
        try (FileHandle opened = FileHandle.openRead(file)) {
            assertThat(Inodes.identity(opened)).isEqualTo(Inodes.identity(file));
        }
    }

    @Test
    void aDirectoryThatExistsGetsNoSlashAtItsEnd() throws IOException {
        byte[] path = join(RawPath.bytes(directory.toAbsolutePath()), new byte[] {'/', (byte) 0xFE});
        Files.createDirectory(RawPath.of(path));

        assertThat(RawPath.bytes(RawPath.of(path))).isEqualTo(path);
    }

    @Test
    void aRelativePathStaysRelative() {
        Path absolute = RawPath.of(new byte[] {'/', 'x', '/', (byte) 0xFF, '/', 'y'});

        assertThat(RawPath.bytes(Path.of("a/b"))).isEqualTo(ascii("a/b"));
        assertThat(RawPath.bytes(absolute.subpath(1, 3))).isEqualTo(new byte[] {(byte) 0xFF, '/', 'y'});
        assertThat(RawPath.bytes(absolute.getRoot().relativize(absolute)))
                .isEqualTo(new byte[] {'x', '/', (byte) 0xFF, '/', 'y'});
    }

    @Test
    void slashesThatRepeatAreNoHostName() {
        assertThat(RawPath.of(ascii("//host/a"))).isEqualTo(Path.of("/host/a"));
        assertThat(RawPath.of(ascii("/"))).isEqualTo(Path.of("/"));
    }

    @Test
    void aRelativeOrEmptyPathIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RawPath.of(ascii("a")))
                .withMessageContaining("'a'");
        assertThatIllegalArgumentException().isThrownBy(() -> RawPath.of(new byte[0]));
    }

    @Test
    void displayShowsTextAsItIsAndEscapesTheRest() {
        assertThat(RawPath.display("Zürich".getBytes(StandardCharsets.UTF_8))).isEqualTo("Zürich");
        assertThat(RawPath.display(ascii("a\nb"))).isEqualTo("a\\x0Ab");
        assertThat(RawPath.display(new byte[] {'a', (byte) 0xFF})).isEqualTo("a\\xFF");
    }
}
