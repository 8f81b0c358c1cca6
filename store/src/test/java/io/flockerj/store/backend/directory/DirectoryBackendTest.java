package io.flockerj.store.backend.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.StreamingBackendContract;
import io.flockerj.store.backend.Version;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryBackendTest extends StreamingBackendContract {
    private static final ObjectName MAIN = new ObjectName("branches/main");
    private static final Supplier<Id> IDS = Id.source(new SecureRandom());

    @TempDir
    private Path directory;

    @Override
    protected StreamingBackend streaming() throws IOException {
        return DirectoryBackend.open(directory.resolve("remote"), IDS);
    }

    @Test
    void nothingTemporaryIsLeft() throws IOException {
        backend().create(new ObjectName("a/b"), List.of(bytes("1")));
        backend().create(new ObjectName("a/b"), List.of(bytes("2")));
        backend().swap(MAIN, Optional.empty(), bytes("1"));

        assertThat(temporary()).isEmptyDirectory();
    }

    @Test
    void whatOthersLeftUnfinishedGoesAfterADay() throws IOException {
        backend();
        Path old = Files.createFile(temporary().resolve("old"));
        Path young = Files.createFile(temporary().resolve("young"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(25))));

        backend();

        assertThat(temporary()).isDirectoryContaining(young::equals).isDirectoryNotContaining(old::equals);
    }

    @Test
    void onlyTheOwnerSeesAnything() throws IOException {
        backend().create(new ObjectName("a/b"), List.of(bytes("1")));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("remote/a/b"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("remote/a"))))
                .isEqualTo("rwx------");
    }

    @Test
    void oldValuesGoButNotTheNewestNorThoseOfToday() throws IOException {
        Optional<Version> version = Optional.empty();
        for (int i = 0; i < 20; i++) {
            version = backend().swap(MAIN, version, bytes("value " + i));
        }
        assertThat(numbers()).hasSize(20);
        for (Path file : files()) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        }

        backend().swap(MAIN, version, bytes("newest"));

        assertThat(numbers()).hasSize(16).doesNotContain("0000000000000004").contains("0000000000000005");
        assertThat(backend().value(MAIN).orElseThrow().bytes()).hasToString("newest");
    }

    @Test
    void nobodyWinsWithANumberThatWasUsedAndRemoved() throws IOException {
        Version first = backend().swap(MAIN, Optional.empty(), bytes("0")).orElseThrow();
        Version second = backend().swap(MAIN, Optional.of(first), bytes("1")).orElseThrow();
        backend().swap(MAIN, Optional.of(second), bytes("2"));
        Path values = directory.resolve("remote/branches/main");
        Files.delete(values.resolve(first.text()));
        Files.delete(values.resolve(second.text()));

        // A host whose list of the directory is from before the others went on.
        assertThat(withOldList(values, Set.of()).swap(Optional.empty(), bytes("lost")))
                .isEmpty();
        assertThat(withOldList(values, Set.of(first.text())).swap(Optional.of(first), bytes("lost")))
                .isEmpty();

        assertThat(numbers()).hasSize(1);
        assertThat(backend().value(MAIN).orElseThrow().bytes()).hasToString("2");
    }

    private NumberedFiles withOldList(Path values, Set<String> list) {
        return new NumberedFiles(values, new TemporaryFiles(temporary(), IDS)) {
            private boolean first = true;

            @Override
            NavigableSet<String> names() throws IOException {
                NavigableSet<String> names = first ? new TreeSet<>(list) : super.names();
                first = false;
                return names;
            }
        };
    }

    @Test
    void aPlaceWhereNothingCanBeWrittenIsRefusedWithItsName() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> DirectoryBackend.open(file.resolve("remote"), IDS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }

    private Path temporary() {
        return directory.resolve("remote/tmp");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("remote/branches/main"))) {
            return files.toList();
        }
    }

    private List<String> numbers() throws IOException {
        return files().stream().map(file -> String.valueOf(file.getFileName())).toList();
    }
}
