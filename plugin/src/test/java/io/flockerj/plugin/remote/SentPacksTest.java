package io.flockerj.plugin.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.storage.RandomId;
import io.flockerj.store.Repository;
import io.flockerj.store.Session;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.PackInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentPacksTest {
    private static final Supplier<Id> IDS = Id.source(new SecureRandom());
    private static final Supplier<RandomId> PUSHES = RandomId.source(new SecureRandom());
    private static final PackInfo FIRST = pack('a');
    private static final PackInfo SECOND = pack('b');

    @TempDir
    Path directory;

    private final Id repository = IDS.get();
    private Session session;
    private Instant now = Instant.now();

    @BeforeEach
    void setUp() throws IOException {
        session = Repository.create(new MemoryBackend(InstantSource.system()), IDS.get(), IDS.get())
                .session(InstantSource.system(), IDS, Optional.empty());
    }

    private static PackInfo pack(char digit) {
        Hash hash = Hash.parse(("" + digit).repeat(64));
        return new PackInfo(hash, 33_000_000, 4711, hash);
    }

    private SentPacks.Notes begin(Id ofRepository) {
        return new SentPacks(directory.resolve("sent"), () -> now).begin(ofRepository, PUSHES.get(), session);
    }

    @Test
    void whatAPushThatWasCutOffHasSentIsKnownToTheNext() {
        SentPacks.Notes cutOff = begin(repository);
        cutOff.sent(FIRST);
        cutOff.sent(SECOND);

        assertThat(begin(repository).earlier()).containsExactly(FIRST, SECOND);
        assertThat(begin(IDS.get()).earlier()).as("of another repository").isEmpty();
    }

    @Test
    void nothingIsLeftOfPushesThatAreDone() {
        begin(repository).sent(FIRST);
        SentPacks.Notes second = begin(repository);
        second.sent(SECOND);
        begin(IDS.get()).done();
        assertThat(begin(repository).earlier()).hasSize(2);

        SentPacks.Notes last = begin(repository);
        last.done();

        assertThat(begin(repository).earlier()).isEmpty();
        assertThat(directory.resolve("sent")).isEmptyDirectory();
    }

    @Test
    void whatWasCutOffInTheMidstOrIsNoNoteIsPassedOver() throws IOException {
        begin(repository).sent(FIRST);
        Path notes = notes();
        String line = Files.readString(notes);
        Files.writeString(notes, "nonsense\n" + line.substring(0, 100), StandardOpenOption.APPEND);

        assertThat(begin(repository).earlier()).containsExactly(FIRST);
    }

    @Test
    void whatMayBeGarbageByNowIsForgotten() throws IOException {
        begin(repository).sent(FIRST);
        now = Instant.now().plus(Duration.ofHours(21));

        assertThat(begin(repository).earlier()).isEmpty();
        assertThat(directory.resolve("sent")).isEmptyDirectory();
    }

    @Test
    void whereNothingCanBeNotedAPushGoesOn() throws IOException {
        Files.createFile(directory.resolve("sent"));
        SentPacks.Notes notes = begin(repository);

        notes.sent(FIRST);
        notes.done();

        assertThat(begin(repository).earlier()).isEqualTo(List.of());
    }

    private Path notes() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("sent"))) {
            return files.findFirst().orElseThrow();
        }
    }
}
