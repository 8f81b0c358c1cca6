package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryEntriesTest {
    @TempDir
    private Path directory;

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void twoNamesChangePlaces() throws IOException {
        Files.writeString(Files.createDirectory(directory.resolve("one")).resolve("file"), "of one");
        Files.writeString(Files.createDirectory(directory.resolve("other")).resolve("file"), "of other");

        try (FileHandle handle = FileHandle.openDirectory(directory)) {
            DirectoryEntries.exchange(handle, bytes("one"), bytes("other"));
        }

        assertThat(directory.resolve("one/file")).hasContent("of other");
        assertThat(directory.resolve("other/file")).hasContent("of one");
    }

    @Test
    void whatHasANameIsNotReplacedByAnother() throws IOException {
        Files.writeString(directory.resolve("one"), "of one");
        Files.writeString(directory.resolve("other"), "of other");

        try (FileHandle handle = FileHandle.openDirectory(directory)) {
            assertThatThrownBy(() -> DirectoryEntries.rename(handle, bytes("one"), bytes("other")))
                    .isInstanceOfSatisfying(
                            LinuxException.class,
                            refused -> assertThat(refused.is(Errno.EEXIST)).isTrue());
            assertThatThrownBy(() -> DirectoryEntries.exchange(handle, bytes("one"), bytes("none")))
                    .isInstanceOf(LinuxException.class);
            DirectoryEntries.rename(handle, bytes("one"), bytes("free"));
        }

        assertThat(directory.resolve("free")).hasContent("of one");
        assertThat(directory.resolve("other")).hasContent("of other");
    }
}
