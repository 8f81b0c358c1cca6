package io.flockerj.plugin.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalTidyingTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    private Path directory;

    private static LocalRecord record(int number, Path mountPoint) {
        RandomId id = new RandomId(Integer.toString(number).repeat(32));
        return new LocalRecord(
                id,
                "pgdata",
                "local",
                mountPoint,
                new Volumeset(id, new Name("pgdata")),
                new Branch(id, Name.MAIN),
                Optional.empty(),
                Instant.ofEpochSecond(number));
    }

    @Test
    void aRecordThatIsWrongDoesNotKeepOthersFromBeingTidied() throws IOException {
        Path data = Files.createDirectories(directory.resolve("volumes/pgdata/_data"));
        Path over = Files.createDirectory(data.resolveSibling(".flockerj-incoming-1"));
        LocalRecords records =
                LocalRecords.load(Files.createDirectory(directory.resolve("pool")), RecordFiles.durable());
        records.put(record(1, data));
        records.put(record(2, Path.of("/")));
        records.put(record(3, Path.of("relative")));
        EngineView view =
                new EngineView(Path.of("/proc"), () -> ProcessHandle.current().pid());

        new LocalTidying(records, view, InstantSource.fixed(NOW)).run();

        assertThat(over).doesNotExist();
        assertThat(data).isDirectory();
    }
}
