package io.flockerj.store.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.id.Hash;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every index does. */
public abstract class ChunkIndexContract {
    private final Random random = new Random(5);

    /** An index that knows nothing. */
    protected abstract ChunkIndex index();

    @Test
    void itFindsWhatItWasToldWhereItIs() {
        ChunkIndex index = index();
        TestingPack one = TestingPack.of(random, 30);
        TestingPack other = TestingPack.of(random, 100);
        index.add(one.info(), one.table());
        index.add(other.info(), other.table());

        for (TestingPack pack : List.of(one, other)) {
            assertThat(index.knows(pack.info().name())).isTrue();
            for (int chunk = 0; chunk < pack.table().chunks(); chunk++) {
                assertThat(index.contains(pack.table().chunk(chunk))).isTrue();
                assertThat(index.find(pack.table().chunk(chunk)))
                        .contains(pack.table().place(pack.info().name(), chunk));
            }
        }
    }

    @Test
    void itDoesNotKnowWhatItWasNotTold() {
        ChunkIndex index = index();
        TestingPack pack = TestingPack.of(random, 30);
        index.add(pack.info(), pack.table());
        TestingPack other = TestingPack.of(random, 30);

        assertThat(index.knows(other.info().name())).isFalse();
        assertThat(index.recall(other.info())).isFalse();
        for (int chunk = 0; chunk < other.table().chunks(); chunk++) {
            assertThat(index.contains(other.table().chunk(chunk))).isFalse();
            assertThat(index.find(other.table().chunk(chunk))).isEmpty();
        }
    }

    @Test
    void idsThatBeginAlikeAreToldApart() {
        ChunkIndex index = index();
        Hash known = new Hash(1, 2, 3, 4);
        TestingPack pack = TestingPack.of(List.of(known));
        index.add(pack.info(), pack.table());

        assertThat(index.contains(known)).isTrue();
        assertThat(List.of(new Hash(1, 2, 4, 4), new Hash(1, 3, 3, 4), new Hash(2, 2, 3, 4)))
                .noneMatch(index::contains);
    }

    @Test
    void whatIsToldTwiceIsKnownOnceAndTakenOutOnce() {
        ChunkIndex index = index();
        TestingPack pack = TestingPack.of(random, 30);
        index.add(pack.info(), pack.table());
        index.add(pack.info(), pack.table());

        index.remove(pack.info().name());

        assertThat(index.knows(pack.info().name())).isFalse();
        assertThat(index.contains(pack.table().chunk(3))).isFalse();
    }

    @Test
    void aChunkThatIsInSeveralPacksIsThereUntilAllAreTakenOut() {
        ChunkIndex index = index();
        Hash shared = new Hash(9, 9, 9, 9);
        List<TestingPack> packs = List.of(
                TestingPack.of(List.of(shared, new Hash(1, 1, 1, 1))),
                TestingPack.of(List.of(shared, new Hash(2, 2, 2, 2), shared)),
                TestingPack.of(List.of(new Hash(3, 3, 3, 3), shared)));
        packs.forEach(pack -> index.add(pack.info(), pack.table()));

        for (int taken = 0; taken < packs.size(); taken++) {
            assertThat(index.find(shared)).as("%d packs taken out", taken).isPresent();
            index.remove(packs.get(taken).info().name());
        }
        assertThat(index.find(shared)).isEmpty();
        assertThat(index.contains(new Hash(3, 3, 3, 3))).isFalse();
    }

    @Test
    void whatWasTakenOutCanBeAddedAgain() {
        ChunkIndex index = index();
        TestingPack pack = TestingPack.of(random, 30);
        index.add(pack.info(), pack.table());
        index.remove(pack.info().name());

        assertThat(index.recall(pack.info())).isFalse();
        index.add(pack.info(), pack.table());

        assertThat(index.knows(pack.info().name())).isTrue();
        assertThat(index.contains(pack.table().chunk(3))).isTrue();
    }

    @Test
    void ofAPackThatWasTakenOutAPartCanBeAdded() {
        ChunkIndex index = index();
        TestingPack pack = TestingPack.of(random, 30);
        index.add(pack.info(), pack.table());
        index.remove(pack.info().name());

        addPart(index, pack);

        assertKnowsPart(index, pack);
    }

    /** Of each third frame nothing is left, of the others the chunks with even numbers. */
    protected static void addPart(ChunkIndex index, TestingPack pack) {
        PackInfo whole = pack.info();
        PackInfo part = new PackInfo(whole.name(), whole.size(), whole.footerLength(), new Hash(0, 0, 0, 0));
        index.add(part, pack.table().only(part(pack)));
    }

    protected static void assertKnowsPart(ChunkIndex index, TestingPack pack) {
        BitSet part = part(pack);
        for (int chunk = 0; chunk < pack.table().chunks(); chunk++) {
            assertThat(index.find(pack.table().chunk(chunk)))
                    .as("chunk %d", chunk)
                    .isEqualTo(
                            part.get(chunk)
                                    ? Optional.of(pack.table().place(pack.info().name(), chunk))
                                    : Optional.empty());
        }
    }

    private static BitSet part(TestingPack pack) {
        BitSet part = new BitSet();
        for (int frame = 0; frame < pack.table().frames(); frame++) {
            for (int chunk = pack.table().firstChunk(frame);
                    chunk < pack.table().firstChunk(frame + 1);
                    chunk++) {
                part.set(chunk, frame % 3 < 2 && chunk % 2 == 0);
            }
        }
        return part;
    }

    @Test
    void whatIsThereAtTheBeginningAndAtTheEndOfAllIdsIsFound() {
        ChunkIndex index = index();
        List<Hash> ids = List.of(
                new Hash(0, 0, 0, 0),
                new Hash(-1, -1, -1, -1),
                new Hash(Long.MIN_VALUE, 0, 0, 0),
                new Hash(Long.MAX_VALUE, -1, -1, -1));
        TestingPack pack = TestingPack.of(ids);
        index.add(pack.info(), pack.table());

        assertThat(ids).allMatch(index::contains);
    }
}
