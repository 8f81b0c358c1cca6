package io.flockerj.plugin.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.MoreCollectors;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.PoolRefusalException;
import io.flockerj.plugin.volume.Remotes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls that are cut off, and those that go on from there. */
class CutOffPullTest {
    private static final int FILES = 20;
    private static final int BYTES = 300_000;
    private static final long ALL = (long) FILES * BYTES;
    /** What a pull reads beside the content: trees, commits, footers, and frames that are not wanted as a whole. */
    private static final long SLACK = 1_200_000;

    @TempDir
    Path directory;

    private final Random random = new Random(1);
    private TestingDaemon here;
    private TestingDaemon there;

    @BeforeEach
    void push() throws Exception {
        here = TestingDaemon.in(directory.resolve("here"));
        there = TestingDaemon.in(directory.resolve("there"));
        Path nas = Files.createDirectory(directory.resolve("nas"));
        here.add("nas", nas);
        there.add("nas", nas);
        here.histories.create("db");
        here.push("db");
        there.cloneOf("nas/db", "db");
        for (int i = 0; i < FILES; i++) {
            writeRandom("file" + i, BYTES);
        }
        here.push("db");
    }

    private void writeRandom(String file, int length) throws IOException {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        Files.write(here.histories.tree("db").resolve(file), bytes);
    }

    private void cutOffAt(long bytes) {
        assertThatThrownBy(() -> there.pullUntil("db", bytes)).isInstanceOf(CancelledException.class);
    }

    @Test
    void aPullGoesOnWhereOneWasCutOff() throws Exception {
        int trees = there.histories.trees();
        cutOffAt(ALL * 3 / 4);

        Remotes.Pulled pulled = there.pull("db");

        assertThat(pulled.bytesReceived()).isLessThan(ALL / 4 + SLACK);
        assertThatItIsWhole(pulled);
        assertThat(there.histories.trees()).as("nothing is left over").isEqualTo(trees + 1);
    }

    @Test
    void aPullGoesOnWithTheNextDaemon() throws Exception {
        cutOffAt(ALL * 3 / 4);
        restart();

        Remotes.Pulled pulled = there.pull("db");

        assertThat(pulled.bytesReceived()).isLessThan(ALL / 4 + SLACK);
        assertThatItIsWhole(pulled);
        assertThat(there.histories.volumes().history().trash()).isEmpty();
    }

    @Test
    void aPullThatIsCutOffAgainAndAgainComesToItsEnd() throws Exception {
        int trees = there.histories.trees();
        cutOffAt(ALL / 2);
        cutOffAt(ALL / 4);
        cutOffAt(ALL * 3 / 4);
        assertThat(there.histories.trees()).as("one is kept").isEqualTo(trees + 1);

        Remotes.Pulled pulled = there.pull("db");

        assertThat(pulled.bytesReceived()).isLessThan(ALL / 4 + SLACK);
        assertThatItIsWhole(pulled);
    }

    @Test
    void aPullOfANewerSnapshotTakesWhatOneOfAnOlderHasBrought() throws Exception {
        int trees = there.histories.trees();
        cutOffAt(ALL * 3 / 4);
        writeRandom("file0", BYTES);
        here.push("db");

        Remotes.Pulled pulled = there.pull("db");

        assertThat(pulled.bytesReceived()).isLessThan(ALL / 4 + BYTES + SLACK);
        assertThatItIsWhole(pulled);
        assertThat(there.histories.trees()).isEqualTo(trees + 1);
    }

    @Test
    void anAttemptThatIsCutOffEarlyTakesNothingAwayThoughItHadToFetchFirst() throws Exception {
        cutOffAt(ALL * 3 / 4);
        writeRandom("a-new-file-comes-first", BYTES);
        here.push("db");
        cutOffAt(ALL / 4);
        cutOffAt(ALL / 8);

        Remotes.Pulled pulled = there.pull("db");

        assertThat(pulled.bytesReceived()).isLessThan(ALL / 4 + BYTES + SLACK);
        assertThatItIsWhole(pulled);
    }

    private static Path onlyFile(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.collect(MoreCollectors.onlyElement());
        }
    }

    @Test
    void aPullOfAnOlderSnapshotLeavesWhatWasBroughtOfANewerOne() throws Exception {
        there.pull("db");
        writeRandom("log", 1_000);
        String older = here.push("db").branches().getFirst().snapshot();
        for (int i = 0; i < FILES; i++) {
            writeRandom("more" + i, BYTES);
        }
        here.push("db");
        int trees = there.histories.trees();
        cutOffAt(ALL * 3 / 4);

        there.pull("db@" + older);
        Remotes.Pulled pulled = there.pull("db");

        assertThat(pulled.bytesReceived()).isLessThan(ALL / 4 + SLACK);
        assertThatItIsWhole(pulled);
        assertThat(there.histories.trees()).as("nothing is left over").isEqualTo(trees + 2);
    }

    @Test
    void whatWasFoundAgainCountsAsRoomThoughNobodyChargesItToTheNewTree() throws Exception {
        cutOffAt(ALL / 2);
        cutOffAt(ALL * 3 / 4);
        there.histories.room(ALL / 2);

        Remotes.Pulled pulled = there.pull("db");

        assertThat(pulled.bytesReceived()).isLessThan(ALL / 4 + SLACK);
    }

    @Test
    void aDamagedRecordOfWhatIsLeftIsRemoved() throws Exception {
        cutOffAt(ALL / 2);
        Path record = onlyFile(there.histories.directory().resolve("staged"));
        Files.writeString(record, "torn");

        restart();

        assertThat(record).doesNotExist();
        assertThatItIsWhole(there.pull("db"));
    }

    @Test
    void aChangeOfALargeFileThatWasBroughtIsNotFetchedAgain() throws Exception {
        there.pull("db");
        writeRandom("log", 200_000);
        byte[] file = Files.readAllBytes(here.histories.tree("db").resolve("file3"));
        for (int at = 0; at < file.length; at += 2) {
            file[at]++;
        }
        Files.write(here.histories.tree("db").resolve("file3"), file);
        here.push("db");
        cutOffAt(BYTES + 200_000);

        Remotes.Pulled pulled = there.pull("db");

        assertThat(pulled.bytesReceived()).isLessThan(300_000);
        assertThatItIsWhole(pulled);
    }

    @Test
    void whatIsLeftGoesWhenItIsOldAndWhenThePoolIsShortOfSpace() throws Exception {
        int trees = there.histories.trees();
        cutOffAt(ALL / 2);
        there.histories.volumes().tidy();
        assertThat(there.histories.trees()).isEqualTo(trees + 1);
        there.histories.room(1_000);
        there.histories.volumes().tidy();
        assertThat(there.histories.trees()).isEqualTo(trees);

        there.histories.room(Long.MAX_VALUE);
        cutOffAt(ALL / 2);
        there.histories.pass(Duration.ofDays(4));
        there.histories.volumes().tidy();
        assertThat(there.histories.trees()).isEqualTo(trees);
    }

    @Test
    void whatIsLeftGoesBeforeAPullIsRefused() throws Exception {
        int trees = there.histories.trees();
        cutOffAt(ALL / 2);
        there.histories.room(100);

        assertThatThrownBy(() -> there.pull("db")).isInstanceOf(PoolRefusalException.class);

        assertThat(there.histories.trees()).isEqualTo(trees);
    }

    @Test
    void whatIsLeftOfASnapshotThatIsHereByNowGoes() throws Exception {
        int trees = there.histories.trees();
        cutOffAt(ALL / 2);
        Snapshot newest = here.histories
                .exchange()
                .meant("db", ZoneOffset.UTC, Instant.EPOCH)
                .snapshot()
                .orElseThrow();
        there.histories.exchange().admit(newest, Optional.empty(), staging -> {
            assertThat(staging.earlier()).hasSize(1);
        });
        assertThat(there.histories.trees()).isEqualTo(trees + 1);
    }

    private void restart() throws IOException {
        there.histories.restart();
        there = new TestingDaemon(there.histories);
    }

    private void assertThatItIsWhole(Remotes.Pulled pulled) throws IOException {
        Snapshot snapshot =
                there.histories.find(new RandomId(pulled.snapshot())).orElseThrow();
        Path source = here.histories.tree("db");
        Path copy = there.histories.tree(snapshot);
        assertThat(copy.toFile().list())
                .containsExactlyInAnyOrder(source.toFile().list());
        for (String name : source.toFile().list()) {
            assertThat(copy.resolve(name)).hasSameBinaryContentAs(source.resolve(name));
        }
    }
}
