package io.flockerj.plugin.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That what is written survives a loss of power is for the tests that take the power away. */
class DurableFileTest {
    @TempDir
    Path directory;

    private Path file = Path.of("");

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("file");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aFileIsMadeForItsOwnerOnly() throws IOException {
        DurableFile.replace(file, bytes("text"));

        assertThat(file).hasContent("text");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(directory).isDirectoryContaining(entry -> entry.equals(file));
    }

    @Test
    void aFileIsReplacedWhole() throws IOException {
        DurableFile.replace(file, bytes("long content"));
        DurableFile.replace(file, bytes("short"));
        DurableFile.replace(file, new byte[0]);

        assertThat(file).isEmptyFile();
    }

    @Test
    void whatAnInterruptedReplacementLeftIsNoObstacle() throws IOException {
        Files.writeString(directory.resolve("file" + DurableFile.TEMPORARY_SUFFIX), "left over, and longer");

        DurableFile.replace(file, bytes("text"));

        assertThat(file).hasContent("text");
        try (var entries = Files.list(directory)) {
            assertThat(entries).containsExactly(file);
        }
    }

    @Test
    void aFileThatCannotBeWrittenAnewIsSaidToBeAsItWas() throws IOException {
        DurableFile.replace(file, bytes("text"));
        Files.createDirectories(directory.resolve("file" + DurableFile.TEMPORARY_SUFFIX + "/occupied"));

        assertThatThrownBy(() -> DurableFile.replace(file, bytes("new")))
                .isInstanceOf(DurableFile.UnchangedFileException.class)
                .hasMessageContaining("file.new");

        assertThat(file).hasContent("text");
    }

    @Test
    void aLinkInTheTemporaryFilesPlaceIsNotWrittenThrough() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "text");
        Files.createSymbolicLink(directory.resolve("file" + DurableFile.TEMPORARY_SUFFIX), victim);

        DurableFile.replace(file, bytes("new"));

        assertThat(victim).hasContent("text");
        assertThat(file).hasContent("new").isRegularFile();
    }

    @Test
    void readersSeeTheOldContentOrTheNew() throws Exception {
        byte[] one = bytes("1".repeat(100_000));
        byte[] two = bytes("2".repeat(50_000));
        DurableFile.replace(file, one);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> writer = threads.submit(() -> {
                for (int i = 0; i < 100; i++) {
                    DurableFile.replace(file, i % 2 == 0 ? two : one);
                }
                return null;
            });
            do {
                assertThat(Files.readAllBytes(file)).isIn(one, two);
            } while (!writer.isDone());
            writer.get();
        }
    }

    @Test
    void aFileThatCannotBeReplacedStays() throws IOException {
        Files.createDirectories(file.resolve("full"));

        assertThatIOException().isThrownBy(() -> DurableFile.replace(file, bytes("text")));

        assertThat(file.resolve("full")).isDirectory();
    }

    @Test
    void deletingWhatIsNotThereSucceeds() throws IOException {
        DurableFile.replace(file, bytes("text"));

        DurableFile.delete(file);
        DurableFile.delete(file);

        assertThat(directory).isEmptyDirectory();
    }
}
