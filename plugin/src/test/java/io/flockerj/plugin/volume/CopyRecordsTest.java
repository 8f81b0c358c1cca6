package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies into volumes that are cut off. */
class CopyRecordsTest {
    private static final VolumeName DB = new VolumeName("db");

    @TempDir
    Path directory;

    private TestingPool<TestingMounts> pool;
    private PoolVolumes volumes;
    private Path root;

    @BeforeEach
    void setUp() throws Exception {
        pool = TestingPool.inMemory(directory);
        volumes = pool.load();
        volumes.create(DB, Map.of());
        root = pool.driver.path(pool.catalogue().find(DB).orElseThrow().tree());
        Files.writeString(root.resolve("file"), "content");
    }

    private List<String> unfinished() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(".flockerj-copy-"))
                    .toList();
        }
    }

    private interface Midst {
        void run() throws IOException;
    }

    /** Copies a file, and does something while the copy is being made. */
    private void copy(Midst midst) throws Exception {
        volumes.files().copy("db@live", ZoneOffset.UTC, "file", DB, "copy", new Progress() {
            @Override
            public void phase(String word) {}

            @Override
            public void expect(long bytes, long entries) {}

            @Override
            public void add(long bytes, long entries) {
                if (entries > 0) {
                    try {
                        midst.run();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        });
    }

    @Test
    void whatAnEarlierDaemonHasLeftOfACopyIsRemoved() throws Exception {
        Path aside = Files.createDirectory(directory.resolve("aside"));
        copy(() -> {
            Path unfinished = root.resolve(unfinished().getFirst());
            Files.createDirectory(aside.resolve(unfinished.getFileName()));
            try (Stream<Path> records = Files.list(directory.resolve("copies"))) {
                for (Path record : records.toList()) {
                    Files.copy(record, aside.resolve(record.getFileName()));
                }
            }
        });
        assertThat(unfinished()).isEmpty();
        // As if it had been killed there.
        try (Stream<Path> left = Files.list(aside)) {
            for (Path each : left.toList()) {
                boolean isRecord = each.toString().endsWith(".json");
                Path place = isRecord ? directory.resolve("copies") : root;
                Files.move(each, place.resolve(each.getFileName()));
            }
        }
        assertThat(unfinished()).hasSize(1);
        volumes = pool.load();

        volumes.tidy();

        assertThat(unfinished()).isEmpty();
        assertThat(directory.resolve("copies")).isEmptyDirectory();
        assertThat(root.resolve("copy")).hasContent("content");
    }

    @Test
    void aCopyThatIsBeingMadeIsLeftAlone() throws Exception {
        copy(() -> {
            volumes.tidy();
            assertThat(unfinished()).hasSize(1);
        });

        assertThat(root.resolve("copy")).hasContent("content");
    }
}
