package io.flockerj.plugin.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoriesTest {
    /** So many that several threads read them. */
    private static final int MANY = 2_501;

    private static final Volumeset DB = new Volumeset(id(0), new Name("db"));

    @TempDir
    Path directory;

    private static RandomId id(int number) {
        return new RandomId(String.format("%032x", number));
    }

    private static Snapshot snapshot(int number) {
        return new Snapshot(
                id(number),
                DB,
                number == 1 ? Optional.empty() : Optional.of(id(number - 1)),
                new Snapshot.Taking(
                        Instant.ofEpochSecond(number),
                        Optional.empty(),
                        "db",
                        DB.id(),
                        new Branch(DB.id(), Name.MAIN),
                        true,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty()),
                new Snapshot.Remarks(Optional.empty(), Map.of(), false),
                Optional.of(new TreeId(id(number))),
                Optional.empty());
    }

    @Test
    void everyRecordIsReadHoweverManyThereAre() throws IOException {
        Path snapshots = Files.createDirectory(directory.resolve("snapshots"));
        Path volumesets = Files.createDirectory(directory.resolve("volumesets"));
        for (int number = 1; number <= MANY; number++) {
            Files.write(snapshots.resolve(id(number) + ".json"), SnapshotFormat.write(snapshot(number)));
        }
        Path unfinished = Files.createFile(snapshots.resolve(id(MANY) + ".json" + DurableFile.TEMPORARY_SUFFIX));
        Histories whole = Histories.load(snapshots, volumesets, RecordFiles.durable());
        assertThat(whole.count()).isEqualTo(MANY);
        assertThat(whole.isComplete()).isTrue();
        assertThat(whole.of(DB).head(DB.id()).orElseThrow().id()).isEqualTo(id(MANY));
        assertThat(unfinished).doesNotExist();

        Files.writeString(snapshots.resolve(id(7) + ".json"), "{}");
        Files.delete(snapshots.resolve(id(MANY) + ".json"));
        Histories damaged = Histories.load(snapshots, volumesets, RecordFiles.durable());
        assertThat(damaged.count()).isEqualTo(MANY - 2);
        assertThat(damaged.damagedSnapshots())
                .singleElement()
                .satisfies(record -> assertThat(record.id()).contains(id(7)));
    }
}
