package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.volume.TestingRecords.Moment;
import io.flockerj.plugin.volume.VolumeHistory.LogQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records are damaged or lost, a daemon starts, and rebuilds them; the next one finds the pool sound. */
class RebuildingTest {
    private static final VolumeName DB = new VolumeName("db");
    private static final String DAMAGE = "{ this was a record";

    @TempDir
    Path directory;

    private TestingPool<TestingMounts> pool;
    private PoolVolumes volumes;

    @BeforeEach
    void setUp() throws Exception {
        pool = TestingPool.inMemory(directory);
        volumes = pool.load();
        volumes.create(DB, Map.of("size", "1G"));
        write("one");
    }

    private Path tree() throws IOException {
        return pool.driver.path(pool.catalogue().find(DB).orElseThrow().tree());
    }

    private void write(String text) throws IOException {
        Files.writeString(tree().resolve("file"), text);
    }

    private String snapshot() throws RefusedException, IOException {
        pool.clock.advance(Duration.ofMinutes(1));
        String id = volumes.history()
                .snapshot(new SnapshotOrder(
                        List.of(DB), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), false))
                .getFirst()
                .id();
        Files.setLastModifiedTime(record("snapshots", id), FileTime.from(pool.clock.instant()));
        return id;
    }

    private String volumeId() throws IOException {
        return pool.catalogue().find(DB).orElseThrow().id().hex();
    }

    private Path record(String kind, String id) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(kind))) {
            return files.filter(file -> file.getFileName().toString().endsWith(id + ".json"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void damage(Path record) throws IOException {
        Files.writeString(record, DAMAGE);
        volumes = pool.load();
    }

    private void lose(Path record) throws IOException {
        Files.delete(record);
        volumes = pool.load();
    }

    private List<String> found() throws IOException {
        return volumes.examine().stream().map(Finding::id).toList();
    }

    private List<String> rebuild() throws IOException {
        Rebuilt rebuilt = volumes.rebuild(Progress.IGNORED);
        assertThat(rebuilt.left()).isEqualTo(volumes.examine());
        return rebuilt.rebuilt().stream().map(Finding::id).toList();
    }

    private List<String> log(String ref) throws RefusedException {
        return volumes
                .history()
                .log(new LogQuery(ref, ZoneOffset.UTC, false, 100, Map.of(), Optional.empty(), Optional.empty()))
                .snapshots()
                .stream()
                .map(SnapshotView::id)
                .toList();
    }

    private String contentOf(String snapshot) throws IOException {
        return Files.readString(
                pool.driver.path(new TreeId(new RandomId(snapshot))).resolve("file"));
    }

    private List<String> setAside() throws IOException {
        List<String> kept = new ArrayList<>();
        if (Files.isDirectory(directory.resolve("set-aside"))) {
            try (Stream<Path> files = Files.walk(directory.resolve("set-aside"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    kept.add(Files.readString(file));
                }
            }
        }
        return kept;
    }

    /** Now, and for the next daemon. */
    private void assertThatThePoolIsSound() throws IOException {
        assertThat(found()).isEmpty();
        volumes = pool.load();
        assertThat(found()).isEmpty();
        assertThat(volumes.rebuild(Progress.IGNORED).rebuilt()).isEmpty();
        Set<TreeId> named = new HashSet<>(pool.histories().trees());
        pool.catalogue()
                .volumes()
                .forEach(record -> assertThat(named.add(record.tree())).isTrue());
        pool.catalogue()
                .trash()
                .forEach(record -> assertThat(named.add(record.tree())).isTrue());
        assertThat(pool.driver.list()).containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void aDamagedVolumeIsRebuiltFromItsSnapshotsAndItsFiles() throws Exception {
        String first = snapshot();
        VolumeRecord before = pool.catalogue().find(DB).orElseThrow();
        damage(record("records", volumeId()));

        assertThat(volumes.examine())
                .singleElement()
                .satisfies(finding -> assertThat(finding.rebuild().orElseThrow())
                        .contains("brings volume db back, without its options"));
        assertThat(setAside()).as("nothing is done before it is asked for").isEmpty();
        assertThat(rebuild()).containsExactly("record-unreadable");

        VolumeRecord after = pool.catalogue().find(DB).orElseThrow();
        assertThat(after.volumeset()).isEqualTo(before.volumeset());
        assertThat(after.branch()).isEqualTo(before.branch());
        assertThat(after.tree()).isEqualTo(before.tree());
        assertThat(log("db")).containsExactly(first);
        assertThat(setAside()).containsExactly(DAMAGE);
        assertThat(volumes.get(DB).orElseThrow().snapshots()).isEqualTo(1);
        assertThatThePoolIsSound();
        assertThat(tree().resolve("file")).hasContent("one");
    }

    @Test
    void aDamagedVolumeWithoutSnapshotsBeginsAHistoryAnew() throws Exception {
        damage(record("records", volumeId()));

        assertThat(rebuild()).containsExactly("record-unreadable");
        assertThat(tree().resolve("file")).hasContent("one");
        String first = snapshot();
        assertThat(log("db")).containsExactly(first);
        assertThatThePoolIsSound();
    }

    @Test
    void aDamagedCloneStaysOnItsBranchOfTheVolumesetThatItWasMadeFrom() throws Exception {
        String first = snapshot();
        VolumeName clone = new VolumeName("db-try");
        volumes.create(clone, Map.of("from", "db@latest"));
        volumes.history()
                .snapshot(new SnapshotOrder(
                        List.of(clone), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), false));
        VolumeRecord before = pool.catalogue().find(clone).orElseThrow();
        damage(record("records", before.id().hex()));

        assertThat(rebuild()).containsExactly("record-unreadable");

        VolumeRecord after = pool.catalogue().find(clone).orElseThrow();
        assertThat(after.base()).contains(new RandomId(first));
        assertThat(after.branch()).isEqualTo(before.branch());
        assertThat(after.volumeset()).isEqualTo(before.volumeset());
        assertThatThePoolIsSound();
    }

    @Test
    void aDamagedVolumeWhoseNameAnotherHasGoesToTheTrash() throws Exception {
        String old = volumeId();
        volumes.remove(DB);
        volumes.create(DB, Map.of());
        damage(record("records", old));

        assertThat(rebuild()).containsExactly("record-unreadable");

        assertThat(volumeId()).isNotEqualTo(old);
        assertThat(volumes.history().trash())
                .extracting(VolumeHistory.TrashView::id)
                .containsExactly(old);
        assertThatThePoolIsSound();
    }

    @Test
    void ofADamagedVolumeWhoseFilesNobodyCanTellNothingIsTouched() throws Exception {
        snapshot();
        volumes.history().rollback("db@latest", ZoneOffset.UTC, Optional.empty());
        Path record = record("records", volumeId());
        damage(record);

        assertThat(volumes.examine())
                .singleElement()
                .satisfies(finding -> assertThat(finding.rebuild()).isEmpty());
        assertThat(rebuild()).isEmpty();
        assertThat(record).hasContent(DAMAGE);
        assertThat(setAside()).isEmpty();
    }

    @Test
    void aDamagedSnapshotIsRebuiltInItsPlace() throws Exception {
        String first = snapshot();
        write("two");
        String second = snapshot();
        write("three");
        String third = snapshot();
        damage(record("snapshots", second));

        assertThat(volumes.examine())
                .singleElement()
                .satisfies(finding -> assertThat(finding.rebuild().orElseThrow())
                        .contains("brings the snapshot back as db@" + second.substring(0, 12)));
        assertThat(rebuild()).containsExactly("record-unreadable");

        assertThat(log("db")).containsExactly(third, second, first);
        assertThat(contentOf(second)).isEqualTo("two");
        assertThat(setAside()).containsExactly(DAMAGE);
        assertThatThePoolIsSound();
        assertThat(log("db")).containsExactly(third, second, first);
    }

    @Test
    void theDamagedNewestSnapshotIsTheNewestAgain() throws Exception {
        String first = snapshot();
        String second = snapshot();
        volumes.history().tag(DB, "good", "db@latest", ZoneOffset.UTC, false);
        damage(record("snapshots", second));

        assertThat(rebuild()).containsExactly("record-unreadable");

        assertThat(log("db")).containsExactly(second, first);
        assertThat(volumes.history().resolve("db@good", ZoneOffset.UTC).id()).isEqualTo(second);
        assertThatThePoolIsSound();
    }

    @Test
    void aDamagedSnapshotThatNobodySpeaksOfGetsAVolumesetOfItsOwn() throws Exception {
        String only = snapshot();
        damage(record("snapshots", only));

        assertThat(rebuild()).containsExactly("record-unreadable");

        assertThat(log("found-" + only.substring(0, 12))).containsExactly(only);
        assertThatThePoolIsSound();
    }

    @Test
    void aLostSnapshotWhoseFilesAreThereComesBackOutOfTheTrash() throws Exception {
        String first = snapshot();
        String second = snapshot();
        String third = snapshot();
        lose(record("snapshots", second));
        assertThat(volumes.history().trash()).hasSize(1);
        assertThat(found()).containsExactly("snapshot-record-lost");

        assertThat(rebuild()).containsExactly("snapshot-record-lost");

        assertThat(log("db")).containsExactly(third, second, first);
        assertThat(volumes.history().trash()).isEmpty();
        assertThatThePoolIsSound();
    }

    @Test
    void aLostSnapshotWithoutFilesLeavesATombstoneThatTheHistoryGoesOnOver() throws Exception {
        String first = snapshot();
        String second = snapshot();
        String third = snapshot();
        pool.driver.destroy(new TreeId(new RandomId(second)));
        lose(record("snapshots", second));
        assertThat(log("db")).containsExactly(third);

        assertThat(rebuild()).containsExactly("snapshot-record-lost");

        assertThat(log("db")).containsExactly(third, first);
        assertThatThePoolIsSound();
    }

    @Test
    void aDamagedVolumesetLosesOnlyItsTags() throws Exception {
        String first = snapshot();
        volumes.history().tag(DB, "good", "db@latest", ZoneOffset.UTC, false);
        damage(record(
                "volumesets",
                pool.catalogue().find(DB).orElseThrow().volumeset().id().hex()));

        assertThat(rebuild()).containsExactly("record-unreadable");

        assertThat(log("db")).containsExactly(first);
        assertThat(volumes.history().tags(DB)).isEmpty();
        volumes.history().tag(DB, "good", "db@latest", ZoneOffset.UTC, false);
        assertThat(setAside()).containsExactly(DAMAGE);
        assertThatThePoolIsSound();
    }

    @Test
    void filesThatAreNoRecordsAreSetAside() throws Exception {
        for (String kind : List.of("records", "snapshots", "volumesets")) {
            Files.writeString(directory.resolve(kind).resolve("notes.txt"), kind);
        }
        volumes = pool.load();

        assertThat(rebuild()).hasSize(3).containsOnly("record-unreadable");
        assertThat(setAside()).containsExactlyInAnyOrder("records", "snapshots", "volumesets");
        assertThatThePoolIsSound();
    }

    @Test
    void aVolumeWhoseRecordIsLostComesBackUnderItsName() throws Exception {
        String first = snapshot();
        VolumeRecord before = pool.catalogue().find(DB).orElseThrow();
        lose(record("records", volumeId()));
        assertThat(volumes.get(DB)).isEmpty();
        assertThat(found()).containsExactly("volume-record-lost");

        assertThat(rebuild()).containsExactly("volume-record-lost");

        assertThat(tree().resolve("file")).hasContent("one");
        assertThat(pool.catalogue().find(DB).orElseThrow().branch()).isEqualTo(before.branch());
        assertThat(log("db")).containsExactly(first);
        assertThat(volumes.history().trash()).isEmpty();
        assertThatThePoolIsSound();
    }

    @ParameterizedTest
    @CsvSource({"0,BEFORE", "0,AFTER", "1,BEFORE", "1,AFTER"})
    void whatCannotBeWrittenIsFoundAgainAndIsAsItWas(int step, Moment moment) throws Exception {
        snapshot();
        String second = snapshot();
        snapshot();
        List<Path> damaged = List.of(record("snapshots", second), record("records", volumeId()));
        for (Path record : damaged) {
            damage(record);
            pool.clock.advance(Duration.ofSeconds(1));
            pool.records.failLater(step, moment);

            assertThat(rebuild()).isEmpty();
            pool.records.failNext(Moment.NEVER);
            assertThat(record).hasContent(DAMAGE);
            assertThat(found()).containsExactly("record-unreadable");

            pool.clock.advance(Duration.ofSeconds(1));
            assertThat(rebuild()).containsExactly("record-unreadable");
        }
        assertThatThePoolIsSound();
    }
}
