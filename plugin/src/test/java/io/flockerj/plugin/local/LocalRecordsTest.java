package io.flockerj.plugin.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.LocalVolumes.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRecordsTest {
    private static final Path HERE = Path.of("/var/lib/docker/volumes/pgdata/_data");
    private static final Path THERE = Path.of("/srv/docker/volumes/pgdata/_data");

    @TempDir
    private Path pool;

    private static LocalRecord record(int number, Path mountPoint) {
        RandomId id = new RandomId(Integer.toString(number).repeat(32));
        return new LocalRecord(
                id,
                "pgdata",
                "local",
                mountPoint,
                new Volumeset(id, new Name("pgdata")),
                new Branch(id, Name.MAIN),
                Optional.of(id),
                Instant.ofEpochSecond(number));
    }

    private static Place place(String driver, Path mountPoint) {
        return new Place("pgdata", driver, mountPoint, false, false);
    }

    @Test
    void whatWasWrittenIsReadByTheNextDaemon() throws IOException {
        LocalRecords.load(pool, RecordFiles.durable()).put(record(1, HERE));

        LocalRecords next = LocalRecords.load(pool, RecordFiles.durable());

        assertThat(next.all()).containsExactly(record(1, HERE));
        assertThat(next.find("pgdata")).contains(record(1, HERE));
        assertThat(next.find("other")).isEmpty();
    }

    @Test
    void aVolumeIsWhereItWasOrWhereItWasMovedTo() throws IOException {
        LocalRecords records = LocalRecords.load(pool, RecordFiles.durable());
        records.put(record(1, HERE));

        assertThat(records.find(place("local", HERE), path -> true)).contains(record(1, HERE));
        assertThat(records.find(place("local", THERE), path -> true))
                .as("another engine's")
                .isEmpty();
        assertThat(records.find(place("local", THERE), path -> false)).contains(record(1, THERE));
        assertThat(records.find(place("nfs", HERE), path -> true)).isEmpty();
    }

    @Test
    void ofTwoOfOneNameTheOneThatWasUsedLastIsMeant() throws IOException {
        LocalRecords records = LocalRecords.load(pool, RecordFiles.durable());
        records.put(record(2, THERE));
        records.put(record(1, HERE));

        assertThat(records.find("pgdata")).contains(record(2, THERE));
        assertThat(records.find(place("local", HERE), path -> true)).contains(record(1, HERE));
    }

    @Test
    void ofTwoThatAreGoneNobodyKnowsWhichWasMoved() throws IOException {
        LocalRecords records = LocalRecords.load(pool, RecordFiles.durable());
        records.put(record(1, HERE));
        records.put(record(2, THERE));
        Path third = Path.of("/mnt/docker/volumes/pgdata/_data");

        assertThat(records.find(place("local", third), path -> false)).isEmpty();
        assertThat(records.find(place("local", third), HERE::equals)).contains(record(2, third));
    }
}
