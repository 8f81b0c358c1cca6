package io.flockerj.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.BackendDecorator;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.RetryLimits;
import io.flockerj.store.backend.RetryingBackend;
import io.flockerj.store.backend.Sleeper;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.backend.VirtualTime;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.tree.Totals;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefsTest {
    private static final Id VOLUMESET = new Id(1, 1);
    private static final Id BRANCH = new Id(2, 2);
    private static final Hash HASH = new Hash(1, 2, 3, 4);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

    private final Unreliable backend = new Unreliable(new MemoryBackend(CLOCK));

    // 10 <- 11 <- (12, not pushed) <- 13, and 20 on another line.
    @BeforeEach
    void commits() throws IOException {
        commit(10, 0, List.of());
        commit(11, 10, List.of());
        commit(13, 12, List.of(new Ancestor(id(12), Optional.of(id(11)), Instant.EPOCH)));
        commit(20, 0, List.of());
    }

    @Test
    void aBranchMovesForwardAlsoOverSnapshotsThatWereNotPushed() throws IOException {
        RefState first = moved(move("branches/main", Optional.empty(), 10));
        RefState second = moved(move("branches/main", Optional.of(first), 13));

        assertThat(first.value().generation()).isEqualTo(1);
        assertThat(second.value().generation()).isEqualTo(2);
        assertThat(refs().read("branches/main")).contains(second);
        assertThat(refs().all()).containsExactly(second);
    }

    @Test
    void moreBranchesAndTagsThanAnybodyMakesAreRefused() throws IOException {
        moved(move("branches/main", Optional.empty(), 10));
        for (int i = 1; i <= Refs.MOST; i++) {
            backend.swap(
                    Layout.of(VOLUMESET).ref("tags/t" + i), Optional.empty(), "a tag".getBytes(StandardCharsets.UTF_8));
        }

        assertThatThrownBy(() -> refs().names())
                .isInstanceOf(BrokenException.class)
                .hasMessageContaining("more than 4096");
    }

    @Test
    void aBranchMovesForwardOverSnapshotsThatWereRemoved() throws IOException {
        RefState first = moved(move("branches/main", Optional.empty(), 10));
        Repository repository = Repository.open(backend, VOLUMESET);
        commit(14, 13, List.of());
        repository.remove(id(11));
        repository.remove(id(13));
        repository.remove(id(13));

        moved(move("branches/main", Optional.of(first), 14));

        assertThat(repository.commit(id(13))).isEmpty();
        assertThat(repository.snapshots()).containsExactlyInAnyOrder(id(10), id(14), id(20));
        assertThat(commit(13, 12, List.of(new Ancestor(id(12), Optional.of(id(11)), Instant.EPOCH))))
                .isEqualTo(new CommitOutcome.WasRemoved());
    }

    @Test
    void aBranchThatWouldNotMoveForwardIsRefusedUnlessForced() throws IOException {
        RefState first = moved(move("branches/main", Optional.empty(), 13));

        assertThat(refs().move(move("branches/main", Optional.of(first), 20)))
                .isEqualTo(new RefUpdate.Refused(RefUpdate.Reason.NOT_FORWARD, Optional.of(first)));
        assertThat(refs().move(move("branches/main", Optional.of(first), 11))).isInstanceOf(RefUpdate.Refused.class);
        assertThat(refs().read("branches/main")).contains(first);

        RefMove forced = new RefMove(
                "branches/main", Optional.of(first), target(20), Optional.of(BRANCH), true, Optional.empty());
        assertThat(moved(forced).value().target()).contains(target(20));
    }

    @Test
    void staleUpdateIsRefusedAndReportsTheActualHead() throws IOException {
        RefState first = moved(move("branches/main", Optional.empty(), 10));
        RefState second = moved(move("branches/main", Optional.of(first), 11));

        assertThat(refs().move(move("branches/main", Optional.of(first), 13)))
                .isEqualTo(new RefUpdate.Stale(Optional.of(second)));
        assertThat(refs().move(move("branches/main", Optional.empty(), 13)))
                .isEqualTo(new RefUpdate.Stale(Optional.of(second)));
        assertThat(refs().move(move("branches/other", Optional.of(first), 13)))
                .isEqualTo(new RefUpdate.Stale(Optional.empty()));
    }

    @Test
    void whatIsThereAlreadyHasMoved() throws IOException {
        RefState first = moved(move("branches/main", Optional.empty(), 10));

        assertThat(moved(move("branches/main", Optional.empty(), 10))).isEqualTo(first);
    }

    @Test
    void aSnapshotThatIsNotThereCannotBeNamed() throws IOException {
        assertThat(refs().move(move("branches/main", Optional.empty(), 12))).isEqualTo(new RefUpdate.Missing());
    }

    @Test
    void aTagStaysAndABranchIsNoOther() throws IOException {
        RefMove tag = new RefMove("tags/v1", Optional.empty(), target(10), Optional.empty(), false, Optional.empty());
        RefState tagged = moved(tag);
        RefState main = moved(move("branches/main", Optional.empty(), 10));

        assertThat(refs().move(new RefMove(
                        "tags/v1", Optional.of(tagged), target(11), Optional.empty(), false, Optional.empty())))
                .isEqualTo(new RefUpdate.Refused(RefUpdate.Reason.TAG_EXISTS, Optional.of(tagged)));
        assertThat(refs().move(new RefMove(
                        "branches/main", Optional.of(main), target(11), Optional.of(id(77)), true, Optional.empty())))
                .isEqualTo(new RefUpdate.Refused(RefUpdate.Reason.OTHER_BRANCH, Optional.of(main)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "branches/latest", "branches/live", "branches/../x", "branches/a/b", "tags/v1", ""})
    void aBranchHasANameThatNothingElseMeans(String name) throws IOException {
        assertThat(refs().move(move(name, Optional.empty(), 10)))
                .isEqualTo(new RefUpdate.Refused(RefUpdate.Reason.NAME, Optional.empty()));
        assertThat(refs().read("branches/../x")).isEmpty();
    }

    @Test
    void aMoveWhoseAnswerWasLostHasMoved() throws IOException {
        backend.loseNextAnswer = true;

        assertThat(moved(move("branches/main", Optional.empty(), 10)).value().target())
                .contains(target(10));
    }

    @Test
    void whoCancelsWhileAMoveIsInDoubtIsToldThatItMayHaveHappened() throws IOException {
        VirtualTime time = new VirtualTime();
        IOException cancelled = new IOException("cancelled; nothing was done");
        Sleeper untilItIsGone = time.whileWanted(() -> {
            if (backend.isGone) {
                throw cancelled;
            }
        });
        RetryLimits limits = new RetryLimits(4, Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofMinutes(1));
        Backend retrying = new RetryingBackend(backend, limits, time, untilItIsGone, new Random(1));
        Refs refs = Repository.open(retrying, VOLUMESET).refs(CLOCK, Id.source(new Random(1)));
        backend.goesWithTheNextSwap = true;

        assertThatThrownBy(() -> refs.move(move("branches/main", Optional.empty(), 10)))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        failure -> assertThat(failure.isInDoubt()).isTrue());

        backend.isGone = false;
        assertThat(refs.read("branches/main").orElseThrow().value().target()).contains(target(10));
    }

    @Test
    void whatASnapshotSaysOfAnothersParentDoesNotCountWhereThatOneIsHere() throws IOException {
        commit(30, 20, List.of(new Ancestor(id(20), Optional.of(id(11)), Instant.EPOCH)));
        RefState main = moved(move("branches/main", Optional.empty(), 11));

        assertThat(refs().move(move("branches/main", Optional.of(main), 30)))
                .isEqualTo(new RefUpdate.Refused(RefUpdate.Reason.NOT_FORWARD, Optional.of(main)));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 2_000})
    void aLongLineageIsFollowedWithFewRequestsToTheFirstThatIsHere(int length) throws IOException {
        List<Ancestor> lineage = new ArrayList<>();
        for (int number = 1; number <= length; number++) {
            int parent = number == length ? 11 : 1_000 + number + 1;
            lineage.add(new Ancestor(id(1_000 + number), Optional.of(id(parent)), Instant.EPOCH));
        }
        commit(40, 1_001, lineage);
        // One in the midst was sent later, and knows better.
        commit(1_003, 20, List.of());
        RefState main = moved(move("branches/main", Optional.empty(), 20));
        backend.reads = 0;

        moved(move("branches/main", Optional.of(main), 40));
        assertThat(backend.reads).isLessThan(20);
    }

    @Test
    void aHistoryThatIsTooLongIsToldNotWalked() throws IOException {
        Repository repository = Repository.open(backend, VOLUMESET);

        Ancestry.Limits twoSteps = new Ancestry.Limits(Integer.MAX_VALUE, 2, Duration.ofHours(1));

        assertThat(new Ancestry(repository, twoSteps).isAncestor(id(11), id(13)))
                .isTrue();
        assertThatThrownBy(() -> new Ancestry(repository, twoSteps).isAncestor(id(10), id(13)))
                .isInstanceOf(LongHistoryException.class)
                .hasMessageContaining("too long to tell");
    }

    private Refs refs() throws IOException {
        return Repository.open(backend, VOLUMESET).refs(CLOCK, Id.source(new Random(backend.swaps)));
    }

    private RefState moved(RefMove move) throws IOException {
        RefUpdate update = refs().move(move);
        assertThat(update).isInstanceOf(RefUpdate.Moved.class);
        return ((RefUpdate.Moved) update).now();
    }

    private static RefMove move(String name, Optional<RefState> expected, int snapshot) {
        return new RefMove(name, expected, target(snapshot), Optional.of(BRANCH), false, Optional.of("ann"));
    }

    private static RefValue.Target target(int snapshot) {
        return new RefValue.Target(id(snapshot), HASH);
    }

    private CommitOutcome commit(int snapshot, int parent, List<Ancestor> lineage) throws IOException {
        SnapshotRecord.Named name = new SnapshotRecord.Named(BRANCH, "main");
        SnapshotRecord record = new SnapshotRecord(
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>(),
                name,
                name,
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return Repository.create(backend, VOLUMESET, id(99))
                .commit(new Commit(
                        VOLUMESET,
                        id(snapshot),
                        parent == 0 ? Optional.empty() : Optional.of(id(parent)),
                        Instant.EPOCH,
                        new TreeRef(HASH, HASH, Totals.NONE),
                        new PackList(List.of(), List.of()),
                        lineage,
                        0,
                        record));
    }

    private static Id id(int number) {
        return new Id(number, number);
    }

    /** Loses an answer when it is told to, or cannot be reached from then on. */
    private static final class Unreliable extends BackendDecorator {
        private boolean loseNextAnswer;
        private boolean goesWithTheNextSwap;
        private boolean isGone;
        private long swaps;
        private long reads;

        Unreliable(Backend backend) {
            super(backend);
        }

        @Override
        public byte[] read(ObjectName name, long from, int length) throws IOException {
            reads++;
            return super.read(name, from, length);
        }

        @Override
        public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
            swaps++;
            Optional<Version> swapped = super.swap(name, expected, value);
            if (loseNextAnswer) {
                throw new IOException("the answer was lost");
            }
            if (goesWithTheNextSwap) {
                isGone = true;
                throw new UnavailableException("no answer", true, null);
            }
            return swapped;
        }

        @Override
        public Optional<Value> value(ObjectName name) throws IOException {
            if (isGone) {
                throw new UnavailableException("nobody answers", false, null);
            }
            return super.value(name);
        }
    }
}
