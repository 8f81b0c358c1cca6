package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.volume.TestingRecords.Moment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private static final Instant CREATED = Instant.parse("2026-11-03T23:32:00Z");
    private static final Instant REMOVED = Instant.parse("2026-11-04T08:00:00Z");

    @TempDir
    Path directory;

    private final TestingRecords records = new TestingRecords();

    private Catalogue load() throws IOException {
        return Catalogue.load(directory, records);
    }

    static VolumeRecord record(String name, int number) {
        RandomId id = new RandomId(String.format("%032x", number));
        return new VolumeRecord(
                id,
                new VolumeName(name),
                new Volumeset(new RandomId(String.format("%031x0", number)), new Name(name)),
                new Branch(id, Name.MAIN),
                new TreeId(id),
                CREATED,
                VolumeOptions.NONE,
                Optional.empty());
    }

    private Path file(VolumeRecord record) {
        return directory.resolve(record.name() + "@" + record.id() + ".json");
    }

    private void write(VolumeRecord record) throws IOException {
        Files.write(file(record), RecordFormat.write(record));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static Optional<VolumeRecord> find(Catalogue catalogue, String name) {
        return catalogue.find(new VolumeName(name));
    }

    @Test
    void whatIsPutIsThereAtOnceAndAfterTheNextStart() throws IOException {
        Catalogue catalogue = load();
        catalogue.put(record("db", 1));
        catalogue.put(record("a", 2));

        for (Catalogue each : List.of(catalogue, load())) {
            assertThat(find(each, "db")).contains(record("db", 1));
            assertThat(find(each, "other")).isEmpty();
            assertThat(each.volumes()).containsExactly(record("a", 2), record("db", 1));
            assertThat(each.trash()).isEmpty();
            assertThat(each.isComplete()).isTrue();
        }
        assertThat(files())
                .containsExactly(
                        "a@" + record("a", 2).id() + ".json",
                        "db@" + record("db", 1).id() + ".json");
    }

    @Test
    void aRemovedVolumeIsInTheTrashAndItsNameIsFree() throws IOException {
        Catalogue catalogue = load();
        VolumeRecord first = record("db", 1);
        catalogue.put(first);
        catalogue.put(first.removed(REMOVED));
        catalogue.put(record("db", 2));

        for (Catalogue each : List.of(catalogue, load())) {
            assertThat(find(each, "db")).contains(record("db", 2));
            assertThat(each.trash()).containsExactly(first.removed(REMOVED));
        }

        catalogue.delete(first.removed(REMOVED));
        for (Catalogue each : List.of(catalogue, load())) {
            assertThat(each.trash()).isEmpty();
            assertThat(each.volumes()).containsExactly(record("db", 2));
        }
    }

    @Test
    void removingAnOlderVolumeOfANameHidesNotTheOneThatHasItNow() throws IOException {
        Catalogue catalogue = load();
        catalogue.put(record("db", 2));
        catalogue.put(record("db", 1).removed(REMOVED));

        assertThat(find(catalogue, "db")).contains(record("db", 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"format\": 2}", "null"})
    void aDamagedRecordKeepsItsNameAliveAndHarmsNoOther(String content) throws IOException {
        write(record("ok", 1));
        write(record("db", 2));
        Files.writeString(file(record("db", 2)), content);
        Catalogue catalogue = load();

        assertThatThrownBy(() -> find(catalogue, "db"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("the record of volume db cannot be read (" + file(record("db", 2)))
                .hasMessageEndingWith("restore that file from a backup, or move it away to give the volume up");
        assertThat(find(catalogue, "ok")).contains(record("ok", 1));
        assertThat(catalogue.volumes()).containsExactly(record("ok", 1));
        assertThat(catalogue.isComplete()).isFalse();
        assertThat(file(record("db", 2))).hasContent(content);
    }

    @Test
    void aRecordThatIsADirectoryOrHugeIsDamaged() throws IOException {
        Files.createDirectory(file(record("directory", 1)));
        Files.write(file(record("huge", 2)), RecordFormat.write(record("huge", 2)));
        Files.writeString(file(record("huge", 2)), " ".repeat(64 * 1024), StandardOpenOption.APPEND);
        Files.createSymbolicLink(file(record("dangling", 3)), Path.of("nowhere"));
        Catalogue catalogue = load();

        for (String name : List.of("directory", "huge", "dangling")) {
            assertThatThrownBy(() -> find(catalogue, name)).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void aRecordUnderAnothersNameIsDamaged() throws IOException {
        Files.write(file(record("db", 1)), RecordFormat.write(record("other", 1)));
        Files.write(file(record("web", 2)), RecordFormat.write(record("web", 3)));
        Catalogue catalogue = load();

        assertThatThrownBy(() -> find(catalogue, "db")).hasMessageContaining("it is the record of other with the id");
        assertThatThrownBy(() -> find(catalogue, "web"))
                .hasMessageContaining("with the id " + record("web", 3).id());
        assertThat(find(catalogue, "other")).isEmpty();
        assertThat(catalogue.volumes()).isEmpty();
    }

    @Test
    void aDamagedRecordInTheTrashHidesNotTheVolumeThatHasTheNameNow() throws IOException {
        for (int damaged : List.of(1, 3)) {
            Files.writeString(file(record("db", damaged)), "damaged");
        }
        write(record("db", 2));
        Catalogue catalogue = load();

        assertThat(find(catalogue, "db")).contains(record("db", 2));
        assertThat(catalogue.isComplete()).isFalse();

        catalogue.put(record("db", 2).removed(REMOVED));
        assertThat(find(catalogue, "db")).isEmpty();
        assertThat(catalogue.isComplete()).isFalse();
    }

    @Test
    void ofSeveralLiveRecordsOfOneNameNoneIsTaken() throws IOException {
        for (int number = 1; number <= 3; number++) {
            write(record("db", number));
        }
        write(record("db", 4).removed(REMOVED));
        write(record("ok", 5));
        Catalogue catalogue = load();

        assertThatThrownBy(() -> find(catalogue, "db")).hasMessageContaining("there is another volume of that name");
        assertThat(catalogue.volumes()).containsExactly(record("ok", 5));
        assertThat(catalogue.trash()).containsExactly(record("db", 4).removed(REMOVED));
        assertThat(catalogue.isComplete()).isFalse();
        assertThat(files()).hasSize(5);
    }

    @Test
    void whatAnInterruptedWriteHasLeftIsClearedAway() throws IOException {
        Path left = directory.resolve(file(record("db", 1)).getFileName() + ".new");
        Files.writeString(left, "{");

        assertThat(load().isComplete()).isTrue();
        assertThat(left).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"db.json", "db@00000000000000000000000000000001.json~", "backup.new"})
    void aForeignFileMayBeARecordThatSomebodyRenamed(String name) throws IOException {
        Files.writeString(directory.resolve(name), "mine");

        assertThat(load().isComplete()).isFalse();
    }

    @Test
    void foreignFilesAreLeftAlone() throws IOException {
        List<String> foreign = List.of(
                "notes.txt",
                "db.json",
                "backup.new",
                file(record("db", 1)).getFileName() + "~",
                "..@" + record("x", 1).id() + ".json");
        for (String name : foreign) {
            Files.writeString(directory.resolve(name), "mine");
        }
        Files.createDirectories(directory.resolve("lost+found/inside"));
        Catalogue catalogue = load();

        assertThat(foreign)
                .allSatisfy(name -> assertThat(directory.resolve(name)).hasContent("mine"));
        assertThat(directory.resolve("lost+found/inside")).exists();
        assertThat(catalogue.volumes()).isEmpty();
    }

    @Test
    void whatCannotBeClearedAwayHarmsNothing() throws IOException {
        Files.writeString(directory.resolve(file(record("db", 1)).getFileName() + ".new"), "{");
        write(record("db", 1));
        records.failDeletions();

        Catalogue catalogue = load();
        assertThat(catalogue.volumes()).containsExactly(record("db", 1));
        assertThat(catalogue.isComplete()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"BEFORE", "AFTER"})
    void aVolumeWhoseFirstRecordFailedIsNotThereNowNorAfterTheNextStart(Moment moment) throws IOException {
        Catalogue catalogue = load();
        records.failNext(moment);

        assertThatIOException().isThrownBy(() -> catalogue.put(record("db", 1)));

        for (Catalogue each : List.of(catalogue, load())) {
            assertThat(find(each, "db")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"BEFORE", "AFTER"})
    void aVolumeWhoseRemovalFailedIsThereNowAndAfterTheNextStart(Moment moment) throws IOException {
        Catalogue catalogue = load();
        catalogue.put(record("db", 1));
        records.failNext(moment);

        assertThatIOException().isThrownBy(() -> catalogue.put(record("db", 1).removed(REMOVED)));

        for (Catalogue each : List.of(catalogue, load())) {
            assertThat(find(each, "db")).contains(record("db", 1));
            assertThat(each.trash()).isEmpty();
        }
    }

    @Test
    void aFailureThatCannotBeUndoneIsToldWithBothReasons() throws IOException {
        Catalogue catalogue = load();
        catalogue.put(record("db", 1));
        records.failFromNowOn(Moment.AFTER);

        assertThatIOException()
                .isThrownBy(() -> catalogue.put(record("db", 1).removed(REMOVED)))
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"BEFORE", "AFTER"})
    void aRemovalThatCanNeitherBeMadeNorUndoneShowsWhatIsOnDisk(Moment moment) throws IOException {
        Catalogue catalogue = load();
        catalogue.put(record("db", 1));
        records.failFromNowOn(moment);

        assertThatIOException().isThrownBy(() -> catalogue.put(record("db", 1).removed(REMOVED)));

        assertThat(catalogue.volumes()).containsExactlyElementsOf(load().volumes());
        assertThat(catalogue.trash()).containsExactlyElementsOf(load().trash());
        assertThat(catalogue.volumes()).hasSize(moment == Moment.BEFORE ? 1 : 0);
    }

    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"BEFORE", "AFTER"})
    void aFirstRecordThatCanNeitherBeMadeNorUndoneShowsWhatIsOnDisk(Moment moment) throws IOException {
        Catalogue catalogue = load();
        records.failFromNowOn(moment);

        assertThatIOException().isThrownBy(() -> catalogue.put(record("db", 1)));

        assertThat(find(catalogue, "db")).isEqualTo(find(load(), "db"));
        assertThat(catalogue.volumes()).hasSize(moment == Moment.BEFORE ? 0 : 1);
    }

    @Test
    void whatMayNotSurviveIsWrittenAgainBeforeAnybodyReliesOnIt() throws IOException {
        Catalogue catalogue = load();
        VolumeRecord record = record("db", 1);
        records.failFromNowOn(Moment.AFTER);
        assertThatIOException().isThrownBy(() -> catalogue.put(record));
        assertThatIOException().isThrownBy(() -> catalogue.settle(record));

        records.failNext(Moment.NEVER);
        Files.delete(file(record));
        catalogue.settle(record);
        assertThat(load().volumes()).containsExactly(record);

        Files.delete(file(record));
        catalogue.settle(record);
        assertThat(file(record)).doesNotExist();
    }

    @Test
    void whatIsFoundIsMadeToSurviveALossOfPowerBeforeItIsShown() throws IOException {
        write(record("db", 1));

        load();
        assertThat(records.synced()).containsExactly(directory);

        records.failFromNowOn();
        assertThat(load().volumes()).as("on a pool that takes no writes").containsExactly(record("db", 1));
    }

    @Test
    void aRecordThatSurelyWasNotChangedNeedsNoPuttingBack() throws IOException {
        VolumeRecord record = record("db", 1);
        write(record);
        Catalogue catalogue = Catalogue.load(directory, new RecordFiles() {
            @Override
            public void replace(Path file, byte[] content) throws IOException {
                throw new DurableFile.UnchangedFileException(new IOException("Read-only file system"));
            }

            @Override
            public void delete(Path file) throws IOException {
                throw new IOException("Read-only file system");
            }

            @Override
            public void keep(Path file, Path aside) throws IOException {
                throw new IOException("told to fail");
            }

            @Override
            public void sync(Path records) {}
        });

        assertThatIOException()
                .isThrownBy(() -> catalogue.put(record.removed(REMOVED)))
                .withMessage("Read-only file system");

        catalogue.settle(record);
        assertThat(find(catalogue, "db")).contains(record);
    }

    @Test
    void whatCannotBeReadAgainAfterAFailureIsUnknown() throws IOException {
        Catalogue catalogue = Catalogue.load(directory, new RecordFiles() {
            @Override
            public void replace(Path file, byte[] content) throws IOException {
                Files.writeString(file, "damaged");
                throw new IOException("told to fail");
            }

            @Override
            public void delete(Path file) throws IOException {
                throw new IOException("told to fail");
            }

            @Override
            public void keep(Path file, Path aside) throws IOException {
                throw new IOException("told to fail");
            }

            @Override
            public void sync(Path records) {}
        });

        assertThatIOException().isThrownBy(() -> catalogue.put(record("db", 1)));

        assertThatThrownBy(() -> find(catalogue, "db")).isInstanceOf(UncheckedIOException.class);
        assertThat(catalogue.isComplete()).isFalse();
    }

    @Test
    void aDeletionThatFailedIsStillInTheTrash() throws IOException {
        Catalogue catalogue = load();
        catalogue.put(record("db", 1).removed(REMOVED));
        records.failNext(Moment.BEFORE);

        assertThatIOException()
                .isThrownBy(() -> catalogue.delete(record("db", 1).removed(REMOVED)));
        assertThat(catalogue.trash()).containsExactly(record("db", 1).removed(REMOVED));
    }
}
