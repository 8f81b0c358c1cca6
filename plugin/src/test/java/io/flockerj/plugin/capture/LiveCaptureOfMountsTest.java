package io.flockerj.plugin.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.Mounts;
import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which file systems are believed, and what is mounted within one. */
@Tag("root")
class LiveCaptureOfMountsTest {
    private static final int SOME_BYTES = 10_000;

    private LoopFileSystem fs;
    private CapturedTrees repository;

    @BeforeEach
    void make() throws IOException {
        fs = LoopFileSystem.create(LoopFileSystem.Kind.EXT4, 64);
        repository = new CapturedTrees();
    }

    @AfterEach
    void remove() throws IOException {
        fs.close();
    }

    /** As if nothing happened in it lately. */
    private Captured capture(Path root, Path catalogues) throws IOException {
        Path catalogue = catalogues.resolve("catalogue");
        Path next = catalogues.resolve("next");
        long untilTheFuture = -1;
        Captured captured = repository
                .live((writer, nodes) -> new LiveCapture(writer, "boot", Progress.IGNORED, untilTheFuture)
                        .capture(root, catalogue, next, nodes))
                .captured();
        Files.move(next, catalogue, StandardCopyOption.REPLACE_EXISTING);
        return captured;
    }

    private static Path fill(Path directory) throws IOException {
        Files.write(Files.createDirectories(directory).resolve("file"), new byte[SOME_BYTES]);
        return directory;
    }

    @Test
    void onADiskWhatIsAsItWasIsNotRead() throws IOException {
        Path root = fill(fs.root().resolve("root"));

        assertThat(capture(root, fs.root()).bytesRead()).isEqualTo(SOME_BYTES);
        assertThat(capture(root, fs.root()).bytesRead()).isZero();
    }

    @Test
    void timesInMemoryAreNotBelieved() throws IOException {
        Path memory = Files.createDirectory(fs.beside("memory"));
        Mounts.mount("none", memory, "tmpfs", Set.of(), "");
        Path root = fill(memory.resolve("root"));

        assertThat(capture(root, memory).bytesRead()).isEqualTo(SOME_BYTES);
        assertThat(capture(root, memory).bytesRead()).isEqualTo(SOME_BYTES);
    }

    @Test
    void allFileSystemsOfTheHostHaveOneClock() throws Exception {
        Path root = fill(fs.root().resolve("root"));
        try (LoopFileSystem other = LoopFileSystem.create(LoopFileSystem.Kind.BTRFS, 128)) {
            assertThat(capture(root, other.root()).bytesRead()).isEqualTo(SOME_BYTES);
            assertThat(capture(root, other.root()).bytesRead()).isZero();
        }
    }

    @Test
    void timesAreNotComparedWithTheClockOfAnotherFileSystem() throws IOException {
        Path memory = Files.createDirectory(fs.beside("memory"));
        Mounts.mount("none", memory, "tmpfs", Set.of(), "");
        Path root = fill(fs.root().resolve("root"));

        assertThat(capture(root, memory).bytesRead()).isEqualTo(SOME_BYTES);
        assertThat(capture(root, memory).bytesRead()).isEqualTo(SOME_BYTES);
    }

    @Test
    void afterAnotherMountNothingIsBelieved() throws IOException {
        Path root = fill(fs.root().resolve("root"));
        capture(root, fs.root());

        Mounts.bind(root, root);

        assertThat(capture(root, fs.root()).bytesRead()).isEqualTo(SOME_BYTES);
    }

    @Test
    void whatIsMountedOnAFileIsNoPartOfTheTree() throws IOException {
        Path root = fill(fs.root().resolve("root"));
        Path covered = Files.write(root.resolve("covered"), new byte[1]);
        Mounts.bind(root.resolve("file"), covered);

        Captured captured = capture(root, fs.root());

        assertThat(captured.root().totals().bytes()).isEqualTo(SOME_BYTES);
        assertThat(captured.remarks())
                .containsExactly(
                        "Something is mounted at '/covered', which is not part of the tree: it is an empty file"
                                + " there.");
        Mounts.unmount(covered);
        assertThat(capture(root, fs.root()).root().totals().bytes()).isEqualTo(SOME_BYTES + 1);
    }
}
