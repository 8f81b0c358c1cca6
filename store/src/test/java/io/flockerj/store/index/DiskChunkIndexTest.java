package io.flockerj.store.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.ChunkIndexContract;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.pack.TestingPack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskChunkIndexTest extends ChunkIndexContract {
    private static final Id REPOSITORY = new Id(1, 2);
    private static final long MUCH = 1L << 30;

    private final Random random = new Random(8);
    private final List<DiskChunkIndex> open = new ArrayList<>();

    @TempDir
    Path directory;

    private Instant now = Instant.parse("2026-11-03T23:32:00Z");

    @Override
    protected ChunkIndex index() {
        return open(REPOSITORY);
    }

    private DiskChunkIndex open(Id repository) {
        DiskChunkIndex index = cache(MUCH).index(repository);
        open.add(index);
        return index;
    }

    private IndexCache cache(long most) {
        return IndexCache.open(directory.resolve("cache"), most, () -> now);
    }

    @AfterEach
    void close() {
        open.forEach(DiskChunkIndex::close);
    }

    @Test
    void whatIsRememberedIsShownOnlyWhenItIsRecalled() {
        TestingPack pack = TestingPack.of(random, 30);
        TestingPack other = TestingPack.of(random, 30);
        keep(REPOSITORY, pack, other);

        DiskChunkIndex index = open(REPOSITORY);
        assertThat(index.contains(pack.table().chunk(0))).isFalse();
        assertThat(index.knows(pack.info().name())).isFalse();
        assertThat(index.recall(pack.info())).isTrue();

        assertThat(index.knows(pack.info().name())).isTrue();
        assertShows(index, pack);
        assertThat(index.contains(other.table().chunk(0))).isFalse();
    }

    @Test
    void ofAPackThatIsRememberedAPartCanBeAddedAfterItWasTakenOut() {
        TestingPack pack = TestingPack.of(random, 30);
        keep(REPOSITORY, pack);
        DiskChunkIndex index = open(REPOSITORY);
        assertThat(index.recall(pack.info())).isTrue();
        index.remove(pack.info().name());

        addPart(index, pack);

        assertKnowsPart(index, pack);
    }

    @Test
    void aPackIsNotTakenForOneOfThatNameWithAnotherFooter() {
        TestingPack pack = TestingPack.of(random, 30);
        keep(REPOSITORY, pack);
        PackInfo info = pack.info();
        DiskChunkIndex index = open(REPOSITORY);

        assertThat(index.recall(new PackInfo(info.name(), info.size(), info.footerLength(), info.name())))
                .isFalse();
        assertThat(index.recall(new PackInfo(info.name(), info.size() + 1, info.footerLength(), info.footerHash())))
                .isFalse();
        assertThat(index.recall(info)).isTrue();
    }

    @Test
    void aRepositoryDoesNotRememberWhatIsInAnother() {
        TestingPack pack = TestingPack.of(random, 30);
        keep(REPOSITORY, pack);

        assertThat(open(new Id(1, 3)).recall(pack.info())).isFalse();
    }

    @Test
    void whatWasTakenOutIsRememberedTheNextTime() {
        TestingPack pack = TestingPack.of(random, 30);
        keep(REPOSITORY, pack);
        try (DiskChunkIndex index = open(REPOSITORY)) {
            index.recall(pack.info());
            index.remove(pack.info().name());
            assertThat(index.contains(pack.table().chunk(0))).isFalse();
            assertThat(index.recall(pack.info())).isFalse();
        }

        assertThat(open(REPOSITORY).recall(pack.info())).isTrue();
    }

    @Test
    void whatIsTakenOutBeforeItIsWrittenIsNotRemembered() {
        TestingPack pack = TestingPack.of(random, 30);
        try (DiskChunkIndex index = open(REPOSITORY)) {
            index.add(pack.info(), pack.table());
            index.remove(pack.info().name());
        }

        assertThat(open(REPOSITORY).recall(pack.info())).isFalse();
    }

    @Test
    void manySmallPiecesOfWorkLeaveFewFilesAndAllThatTheyTold() throws IOException {
        List<TestingPack> packs = new ArrayList<>();
        for (int push = 0; push < 300; push++) {
            packs.add(TestingPack.of(random, 1 + random.nextInt(20)));
            keep(REPOSITORY, packs.getLast(), packs.get(random.nextInt(packs.size())));
        }

        assertThat(files()).hasSizeLessThan(30);
        DiskChunkIndex index = open(REPOSITORY);
        assertThat(packs).allMatch(pack -> index.recall(pack.info()));
        assertThat(packs).allSatisfy(pack -> assertShows(index, pack));
    }

    @Test
    void whatIsInSeveralFilesIsMergedOnceAndWhatIsShownStaysShown() {
        List<TestingPack> packs = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            packs.add(TestingPack.of(random, 100));
            keep(REPOSITORY, packs.getLast());
        }
        // Two at once learn the same, as two pushes do.
        TestingPack twice = TestingPack.of(random, 100);
        try (DiskChunkIndex one = cache(MUCH).index(REPOSITORY);
                DiskChunkIndex other = cache(MUCH).index(REPOSITORY)) {
            packs.subList(0, 4).forEach(pack -> one.recall(pack.info()));
            one.add(twice.info(), twice.table());
            other.add(twice.info(), twice.table());
        }

        DiskChunkIndex index = open(REPOSITORY);
        packs.subList(2, 7).forEach(pack -> index.recall(pack.info()));
        index.recall(twice.info());
        for (int i = 0; i < 9; i++) {
            TestingPack more = TestingPack.of(random, DiskChunkIndex.MOST_IN_MEMORY);
            index.add(more.info(), more.table());
            packs.add(more);
        }

        assertThat(index.runs()).isLessThan(4);
        assertThat(packs.subList(0, 2))
                .noneMatch(pack -> index.contains(pack.table().chunk(5)));
        assertThat(packs.subList(2, 7)).allSatisfy(pack -> assertShows(index, pack));
        assertShows(index, twice);
        assertShows(index, packs.getLast());
        index.remove(twice.info().name());
        assertThat(index.contains(twice.table().chunk(7))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whateverBecomesOfAFileNothingIsFoundThatIsNotSo(boolean flip) throws IOException {
        TestingPack pack = TestingPack.of(random, 40);
        keep(REPOSITORY, pack);
        Path file = files().getFirst();
        byte[] whole = Files.readAllBytes(file);
        int refused = 0;
        for (int at = 0; at < whole.length; at++) {
            byte[] broken = flip ? whole.clone() : Arrays.copyOf(whole, at);
            if (flip) {
                broken[at] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(file, broken);
            try (DiskChunkIndex index = cache(MUCH).index(REPOSITORY)) {
                boolean isRemembered = index.recall(pack.info());
                refused += isRemembered ? 0 : 1;
                assertThat(index.contains(new Hash(at, 1, 1, 1))).isFalse();
                for (int chunk = 0; chunk < pack.table().chunks(); chunk++) {
                    Hash id = pack.table().chunk(chunk);
                    assertThat(index.find(id))
                            .isIn(
                                    Optional.empty(),
                                    Optional.of(pack.table().place(pack.info().name(), chunk)));
                }
            }
        }
        assertThat(refused).isGreaterThan(whole.length * 9 / 10);
        assertThat(files()).isEmpty();
    }

    @Test
    void filesMayBeDeletedAtAnyTime() throws IOException {
        TestingPack pack = TestingPack.of(random, 30);
        keep(REPOSITORY, pack);
        DiskChunkIndex index = open(REPOSITORY);
        index.recall(pack.info());

        delete();
        assertShows(index, pack);
        index.close();

        assertThat(open(REPOSITORY).recall(pack.info())).isFalse();
    }

    @Test
    void whereNothingCanBeWrittenItStaysInMemory() throws IOException {
        Files.writeString(directory.resolve("cache"), "in the way");
        DiskChunkIndex index = open(REPOSITORY);
        List<TestingPack> packs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            packs.add(TestingPack.of(random, DiskChunkIndex.MOST_IN_MEMORY));
            index.add(packs.getLast().info(), packs.getLast().table());
        }

        assertThat(packs).allSatisfy(pack -> assertShows(index, pack));
    }

    @Test
    void whereNothingCanBeWrittenTheFirstAreForgottenWhenTheyAreTooMany() throws IOException {
        Files.writeString(directory.resolve("cache"), "in the way");
        DiskChunkIndex index = open(REPOSITORY);
        List<TestingPack> packs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            packs.add(TestingPack.of(random, DiskChunkIndex.MOST_IN_MEMORY / 2));
            index.add(packs.getLast().info(), packs.getLast().table());
        }

        assertShows(index, packs.getLast());
        assertThat(index.knows(packs.getFirst().info().name())).isFalse();
        assertThat(index.contains(packs.getFirst().table().chunk(3))).isFalse();
        assertThat(packs.stream().filter(pack -> index.knows(pack.info().name())))
                .hasSizeBetween(3, 8);
        index.add(packs.getFirst().info(), packs.getFirst().table());
        assertShows(index, packs.getFirst());
        assertThat(index.isComplete()).isFalse();
    }

    @Test
    void whatIsDiscardedLeavesNoFiles() throws IOException {
        DiskChunkIndex index = open(REPOSITORY);
        for (int i = 0; i < 3; i++) {
            TestingPack pack = TestingPack.of(random, DiskChunkIndex.MOST_IN_MEMORY / 2 + 1);
            index.add(pack.info(), pack.table());
        }
        assertThat(files()).hasSize(1);
        assertThat(index.isComplete()).isTrue();

        index.discard();

        assertThat(directory.resolve("cache")).isEmptyDirectory();
    }

    @Test
    void whoeverHasAddedWhatIsBrokenNowCanAsk() throws IOException {
        TestingPack pack = TestingPack.of(random, 10_000);
        keep(REPOSITORY, pack);
        byte[] broken = Files.readAllBytes(files().getFirst());
        broken[3] ^= 1;
        Files.write(files().getFirst(), broken);
        DiskChunkIndex index = open(REPOSITORY);
        assertThat(index.recall(pack.info())).isTrue();

        for (int chunk = 0; chunk < pack.table().chunks(); chunk++) {
            index.find(pack.table().chunk(chunk));
        }

        assertThat(index.isComplete()).isFalse();
    }

    @Test
    void ofTwoPacksOfOneNameTheOneThatIsShownIsKept() {
        TestingPack real = TestingPack.of(random, 100);
        TestingPack other = TestingPack.of(random, 40);
        PackInfo info = real.info();
        PackInfo lie = new PackInfo(info.name(), info.size(), info.footerLength(), info.name());
        try (DiskChunkIndex index = open(REPOSITORY)) {
            index.add(lie, other.table());
        }
        keep(REPOSITORY, real);
        for (int i = 0; i < 5; i++) {
            keep(REPOSITORY, TestingPack.of(random, 100));
        }

        try (DiskChunkIndex index = open(REPOSITORY)) {
            assertThat(index.recall(info)).isTrue();
            TestingPack last = TestingPack.of(random, 100);
            index.add(last.info(), last.table());
        }

        DiskChunkIndex index = open(REPOSITORY);
        assertThat(index.recall(info)).isTrue();
        assertThat(index.runs()).as("they were merged").isOne();
        assertShows(index, real);
    }

    @Test
    void whatWasNotUsedForLongestIsForgottenFirst() throws IOException {
        List<TestingPack> packs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            now = now.plusSeconds(10);
            packs.add(TestingPack.of(random, 1000));
            keep(new Id(i, i), packs.getLast());
        }
        long two = files().stream().mapToLong(file -> file.toFile().length()).sum() * 5 / 6;
        now = now.plusSeconds(10);
        try (DiskChunkIndex first = open(new Id(0, 0))) {
            first.recall(packs.getFirst().info());
        }

        cache(two);

        assertThat(open(new Id(0, 0)).recall(packs.get(0).info())).isTrue();
        assertThat(open(new Id(1, 1)).recall(packs.get(1).info())).isFalse();
        assertThat(open(new Id(2, 2)).recall(packs.get(2).info())).isTrue();
    }

    @Test
    void whatWasNotWrittenToItsEndIsRemoved() throws IOException {
        keep(REPOSITORY, TestingPack.of(random, 30));
        Path left = files().getFirst().resolveSibling("1.new");
        Files.write(left, new byte[10]);

        cache(MUCH);

        assertThat(left).doesNotExist();
        assertThat(files()).hasSize(1);
    }

    private void keep(Id repository, TestingPack... packs) {
        try (DiskChunkIndex index = open(repository)) {
            for (TestingPack pack : packs) {
                index.add(pack.info(), pack.table());
            }
        }
    }

    private static void assertShows(ChunkIndex index, TestingPack pack) {
        for (int chunk = 0;
                chunk < pack.table().chunks();
                chunk += Math.max(1, pack.table().chunks() / 50)) {
            assertThat(index.find(pack.table().chunk(chunk)))
                    .contains(pack.table().place(pack.info().name(), chunk));
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("cache"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private void delete() throws IOException {
        for (Path file : files()) {
            Files.delete(file);
        }
    }
}
