package io.flockerj.store.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.BackendRemote;
import io.flockerj.store.Refs;
import io.flockerj.store.Repository;
import io.flockerj.store.RepositoryCheck;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.MemoryChunkIndex;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** See README.md beside the repositories for how they were made. */
class GoldenRepositoryTest {
    @TempDir
    Path directory;

    private static Path resource(String name) throws URISyntaxException {
        URI place = Objects.requireNonNull(GoldenRepositoryTest.class.getResource(name))
                .toURI();
        return Path.of(place);
    }

    private static List<String> expected(String name) throws IOException, URISyntaxException {
        return Files.readAllLines(resource(name), StandardCharsets.UTF_8);
    }

    private void unpack(String name) throws IOException, URISyntaxException {
        Path from = resource(name);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = directory.resolve(from.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.write(to, Files.readAllBytes(file));
            }
        }
    }

    private Backend backend() throws IOException {
        return DirectoryBackend.open(directory, Id.source(new Random(9)));
    }

    private Repository repository() throws IOException {
        return BackendRemote.open(backend(), Id.source(new Random(9))).open(GoldenRepository.VOLUMESET);
    }

    private static Refs refs(Repository repository) {
        return repository.refs(InstantSource.system(), Id.source(new Random(9)));
    }

    private RepositoryCheck.Outcome check() throws IOException {
        Repository repository = repository();
        try (RepositoryCheck check = repository.check(new MemoryChunkIndex(), (bytes, snapshots) -> {})) {
            return check.run(100, 0, refs(repository));
        }
    }

    @Test
    void aRepositoryOfVersion1IsReadByteForByte() throws IOException, URISyntaxException {
        unpack("version-1");

        Repository repository = repository();

        assertThat(BackendRemote.open(backend(), Id.source(new Random(9))).names())
                .containsOnlyKeys("db")
                .containsValue(GoldenRepository.VOLUMESET);
        List<String> read = GoldenReading.of(repository, refs(repository));
        assertThat(read).containsExactlyElementsOf(expected("version-1.txt"));
        // Not by what wrote the expectation.
        assertThat(read)
                .anyMatch(line -> line.contains(HexFormat.of().formatHex("one chunk".getBytes(StandardCharsets.UTF_8)))
                        && line.contains(
                                Sha256.of(GoldenRepository.text(65_536)).toString()));
    }

    @Test
    void aRepositoryOfVersion1IsWhole() throws IOException, URISyntaxException {
        unpack("version-1");

        RepositoryCheck.Outcome outcome = check();

        assertThat(outcome.hurt()).isEmpty();
        assertThat(outcome.brokenPacks()).isEmpty();
        assertThat(outcome.snapshots()).isEqualTo(21);
        assertThat(backendNames("index")).isPositive();
        assertThat(backendNames("lists")).isPositive();
        assertThat(backendNames("tombstones")).isOne();
        assertThat(backendNames("sessions")).isPositive();
    }

    private long backendNames(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(directory
                .resolve("volumesets/" + GoldenRepository.VOLUMESET.hex())
                .resolve(folder))) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    /** Objects that are cut short, that have another byte, and that are another one's, in the place of right ones. */
    @Test
    void whatIsBrokenInARepositoryOfVersion1IsTold() throws IOException, URISyntaxException {
        unpack("version-1");
        unpack("version-1-broken");

        RepositoryCheck.Outcome outcome = check();

        List<String> told = Stream.concat(
                        outcome.hurt().stream().map(hurt -> "hurt " + hurt.what()),
                        outcome.brokenPacks().stream().map(pack -> "pack " + pack.what()))
                .sorted()
                .toList();
        assertThat(told).containsExactlyElementsOf(expected("version-1-broken.txt"));
    }

    @Test
    void todaysCodeReadsWhatItWritesAsWhatItWroteThen() throws IOException, URISyntaxException {
        GoldenRepository.write(directory);

        Repository repository = repository();

        assertThat(withoutCommits(GoldenReading.of(repository, refs(repository))))
                .containsExactlyElementsOf(withoutCommits(expected("version-1.txt")));
    }

    /** Another version of zstd may compress otherwise, and so name packs otherwise, and commits with them. */
    private static List<String> withoutCommits(List<String> lines) {
        return lines.stream()
                .map(line -> line.startsWith("ref ") ? line.replaceAll(" [0-9a-f]{64} ", " ") : line)
                .map(line -> line.startsWith("removed ") ? "removed" : line)
                .toList();
    }
}
