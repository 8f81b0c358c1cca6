package io.flockerj.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.Ancestry.Limits;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.tree.Totals;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AncestryTest {
    private static final Id VOLUMESET = new Id(1, 1);
    private static final Hash HASH = new Hash(1, 2, 3, 4);
    private static final int LINE = 20;
    private static final Duration LONG = Duration.ofHours(1);

    private final MemoryBackend backend = new MemoryBackend(InstantSource.fixed(Instant.EPOCH));

    // 1 <- 2 <- … <- 20, all pushed; and 100 <- (101 … 130, not pushed) <- 131.
    @BeforeEach
    void commits() throws IOException {
        for (int snapshot = 1; snapshot <= LINE; snapshot++) {
            commit(snapshot, snapshot - 1, List.of());
        }
        commit(100, 0, List.of());
        List<Ancestor> lineage = new ArrayList<>();
        for (int snapshot = 130; snapshot > 100; snapshot--) {
            lineage.add(new Ancestor(id(snapshot), Optional.of(id(snapshot - 1)), Instant.EPOCH));
        }
        commit(131, 130, lineage);
    }

    private static Id id(int number) {
        return new Id(0, number);
    }

    private void commit(int snapshot, int parent, List<Ancestor> lineage) throws IOException {
        Repository.create(backend, VOLUMESET, new Id(9, 9))
                .commit(new Commit(
                        VOLUMESET,
                        id(snapshot),
                        parent == 0 ? Optional.empty() : Optional.of(id(parent)),
                        Instant.EPOCH,
                        new TreeRef(HASH, HASH, new Totals(0, 0, 0)),
                        new PackList(List.of(), List.of()),
                        lineage,
                        0,
                        new SnapshotRecord(
                                Optional.empty(),
                                Optional.empty(),
                                new TreeMap<>(),
                                new SnapshotRecord.Named(new Id(7, 7), "db"),
                                new SnapshotRecord.Named(new Id(2, 2), "main"),
                                true,
                                false,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty())));
    }

    private boolean isAncestor(Limits limits, int older, int younger) throws IOException {
        return new Ancestry(Repository.open(backend, VOLUMESET), limits).isAncestor(id(older), id(younger));
    }

    @Test
    void whatIsWithinTheLimitsIsToldAndWhatIsNotIsNotGuessed() throws IOException {
        Limits tenReads = new Limits(10, 1000, LONG);

        assertThat(isAncestor(tenReads, 10, 20)).isTrue();
        assertThatThrownBy(() -> isAncestor(tenReads, 9, 20)).isInstanceOf(LongHistoryException.class);
        assertThatThrownBy(() -> isAncestor(tenReads, 100, 20)).isInstanceOf(LongHistoryException.class);
        assertThat(isAncestor(tenReads, 100, 9)).isFalse();
        assertThat(isAncestor(tenReads, 1, 10)).isTrue();
    }

    // 131 itself, the first four that it tells of, and then the list of all that are there.
    @Test
    void snapshotsThatWereNotPushedCostLittleReading() throws IOException {
        assertThat(isAncestor(new Limits(6, 1000, LONG), 100, 131)).isTrue();
        assertThatThrownBy(() -> isAncestor(new Limits(6, 1000, LONG), 99, 131))
                .isInstanceOf(LongHistoryException.class);
        assertThatThrownBy(() -> isAncestor(new Limits(5, 1000, LONG), 100, 131))
                .isInstanceOf(LongHistoryException.class);
    }

    @Test
    void noMoreIsRememberedThanWanted() throws IOException {
        assertThatThrownBy(() -> isAncestor(new Limits(100, 31, LONG), 1, 131))
                .isInstanceOf(LongHistoryException.class);
        assertThat(isAncestor(new Limits(100, 32, LONG), 1, 131)).isFalse();
    }

    @Test
    void noTimeIsNoTime() {
        assertThatThrownBy(() -> isAncestor(new Limits(100, 100, Duration.ZERO), 1, 2))
                .isInstanceOf(LongHistoryException.class);
    }
}
