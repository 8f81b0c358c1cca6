package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.when;

import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.storage.RandomId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stays in the trash for the next push. */
class PushAnchorsTest {
    private static final VolumeName DB = new VolumeName("db");
    private static final RandomId REMOTE = new RandomId("e".repeat(32));

    @TempDir
    Path directory;

    private TestingPool<TestingMounts> pool;
    private PoolVolumes volumes;
    private Snapshot pushed;
    private Path files;

    @BeforeEach
    void pushAndRemove() throws Exception {
        pool = TestingPool.inMemory(directory);
        volumes = pool.load();
        volumes.create(DB, Map.of());
        SnapshotView taken = volumes.history()
                .snapshot(new SnapshotOrder(
                        List.of(DB), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), false))
                .getFirst();
        pool.exchange().share(new RandomId(taken.id()), sharing -> sharing.on(REMOTE, Optional.of("d".repeat(64))));
        pushed = pool.histories().find(new RandomId(taken.id())).orElseThrow();
        files = pool.driver.path(pushed.tree().orElseThrow());
        volumes.history().removeSnapshot(taken.id());
        endsAt(pushed.id());
        pool.clock.advance(TestingPool.KEEP.plusHours(1));
    }

    private void endsAt(RandomId snapshot) {
        when(volumes.remotes().branches(any())).thenReturn(Map.of("nas/main", snapshot));
    }

    @Test
    void whatABranchOnARemoteEndsAtStaysUntilTheBranchHasMoved() {
        volumes.tidy();
        assertThat(Files.exists(files)).isTrue();

        endsAt(new RandomId("f".repeat(32)));
        volumes.tidy();
        assertThat(Files.exists(files)).isFalse();
    }

    @Test
    void itIsShownToStayWhileThereIsSpaceAndNotWithATimeThatIsPast() throws Exception {
        assertThat(volumes.history().trash())
                .singleElement()
                .extracting(VolumeHistory.TrashView::destroyedAt)
                .isEqualTo(Optional.empty());

        endsAt(new RandomId("f".repeat(32)));
        assertThat(volumes.history().trash().getFirst().destroyedAt())
                .contains(pool.histories()
                        .find(pushed.id())
                        .orElseThrow()
                        .removedAt()
                        .orElseThrow()
                        .plus(TestingPool.KEEP));
    }

    @Test
    void itGoesWhenThePoolIsShortOfSpace() {
        pool.room(0);

        volumes.tidy();

        assertThat(Files.exists(files)).isFalse();
    }

    @Test
    void itGoesWithTheLastVolumeThatCouldBePushed() throws Exception {
        volumes.remove(DB);

        volumes.tidy();

        assertThat(Files.exists(files)).isFalse();
    }

    @Test
    void whoeverEmptiesTheTrashEmptiesAllOfIt() throws Exception {
        volumes.history().emptyTrash();

        assertThat(Files.exists(files)).isFalse();
    }
}
