package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.UnknownSnapshotException;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TestingStorageDriver.Step;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.volume.VolumeHistory.LogQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pool does with snapshots of other hosts. */
class PoolExchangeTest {
    private static final VolumeName DB = new VolumeName("db");
    private static final VolumeName COPY = new VolumeName("copy");
    private static final RandomId REMOTE = new RandomId("e".repeat(32));

    @TempDir
    Path directory;

    private TestingPool<TestingMounts> pool;
    private PoolVolumes volumes;

    @BeforeEach
    void setUp() throws Exception {
        pool = TestingPool.inMemory(directory);
        volumes = pool.load();
        volumes.create(DB, Map.of());
    }

    @Test
    void aSnapshotOfAnotherHostMovesNoBranchOfThisOne() throws Exception {
        Snapshot own = snapshot();
        Snapshot foreign = admit(foreign(own));

        assertThat(log("db")).containsExactly(own.id());
        assertThat(snapshot().parent()).contains(own.id());

        volumes = pool.load();
        assertThat(log("db")).hasSize(2).doesNotContain(foreign.id());
        assertThat(resolve("db@" + foreign.id())).isEqualTo(foreign.id());
        assertThatNothingIsLeftOver();
    }

    @Test
    void aVolumeGoesOnWithABranchFromWhereAnotherHostLeftIt() throws Exception {
        Snapshot own = snapshot();
        Snapshot foreign = admit(foreign(own));
        Branch branch = own.taking().branch();
        volumes.remove(DB);

        pool.exchange().create(COPY, Map.of(), "nas/db", foreign, Optional.of(branch));

        assertThat(read(COPY)).isEqualTo("from elsewhere");
        assertThat(log("copy")).containsExactly(foreign.id(), own.id());
        SnapshotView next = volumes.history()
                .snapshot(new SnapshotOrder(
                        List.of(COPY), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), false))
                .getFirst();
        assertThat(next.parent()).contains(foreign.id().hex());
        assertThat(next.branch()).isEqualTo("main");
        volumes = pool.load();
        assertThat(log("copy")).containsExactly(new RandomId(next.id()), foreign.id(), own.id());
    }

    @Test
    void aVolumeComesOutOfTheTrashWithItsOwnPastThoughAnotherHasGoneOnWithItsBranch() throws Exception {
        Snapshot own = snapshot();
        RandomId removed = pool.catalogue().find(DB).orElseThrow().id();
        Snapshot foreign = admit(foreign(own));
        volumes.remove(DB);
        pool.exchange()
                .create(
                        DB,
                        Map.of(),
                        "nas/db",
                        foreign,
                        Optional.of(own.taking().branch()));
        snapshot();
        volumes.remove(DB);

        volumes.history().restore(removed.hex(), Optional.empty());

        assertThat(log("db")).containsExactly(own.id());
        assertThat(snapshot().parent()).contains(own.id());
    }

    @Test
    void whatIsKnownOfASnapshotHereStaysWhateverARemoteSays() throws Exception {
        Snapshot own = snapshot();
        Snapshot later = snapshot();
        pool.exchange().share(own.id(), sharing -> sharing.on(new RandomId("a".repeat(32)), Optional.empty()));
        volumes.history().removeSnapshot(own.id().hex());
        volumes.history().emptyTrash();
        Snapshot lie = new Snapshot(
                own.id(),
                own.volumeset(),
                Optional.of(later.id()),
                foreign(later).taking(),
                Snapshot.Remarks.NONE,
                Optional.empty(),
                Optional.empty(),
                new Snapshot.Sharing(true, Optional.empty(), Set.of(REMOTE)));

        Snapshot back = admit(lie);

        assertThat(back.parent()).isEqualTo(own.parent());
        assertThat(back.taking()).isEqualTo(own.taking());
        assertThat(back.sharing().foreign()).isFalse();
        assertThat(back.sharing().remotes()).containsExactlyInAnyOrder(new RandomId("a".repeat(32)), REMOTE);
    }

    @Test
    void aSnapshotInTheTrashWhoseFilesAreGoneIsFetched() throws Exception {
        Snapshot own = snapshot();
        volumes.history().removeSnapshot(own.id().hex());
        pool.driver.destroy(own.tree().orElseThrow());

        Snapshot back = admit(own);

        assertThat(Files.readString(pool.driver.path(back.tree().orElseThrow()).resolve("file")))
                .isEqualTo("from elsewhere");
    }

    @Test
    void ofTwoWhoFetchOneSnapshotAtOnceBothHaveIt() throws Exception {
        Snapshot foreign = foreign(snapshot());
        List<Snapshot> quicker = new ArrayList<>();

        Snapshot admitted = pool.exchange().admit(foreign, Optional.empty(), staging -> {
            Files.writeString(staging.root().resolve("file"), "from elsewhere");
            quicker.add(admit(foreign));
        });

        assertThat(quicker).containsExactly(admitted);
        assertThat(Files.readString(
                        pool.driver.path(admitted.tree().orElseThrow()).resolve("file")))
                .isEqualTo("from elsewhere");
        assertThatNothingIsLeftOver();
    }

    @Test
    void aSnapshotIsNotDestroyedWhileAnotherIsMadeFromIt() throws Exception {
        Snapshot own = snapshot();
        pool.driver.beforeClone(() -> {
            try {
                volumes.history().removeSnapshot(own.id().hex());
                volumes.history().emptyTrash();
            } catch (RefusedException | IOException e) {
                throw new AssertionError(e);
            }
        });

        Snapshot admitted = pool.exchange()
                .admit(
                        foreign(own),
                        Optional.of(own),
                        staging -> Files.writeString(staging.root().resolve("file"), "from elsewhere"));

        assertThat(admitted.isKept()).isTrue();
        pool.driver.beforeClone(() -> {});
        volumes.history().emptyTrash();
        assertThatNothingIsLeftOver();
    }

    @Test
    void aSnapshotThatWasFetchedIsFoundAgainByItsFiles() throws Exception {
        Snapshot foreign = admit(foreign(snapshot()));

        assertThat(foreign.tree()).contains(new TreeId(foreign.id()));
    }

    @Test
    void aBranchThatAVolumeWorksOnIsNotGivenToAnother() throws Exception {
        Snapshot own = snapshot();

        pool.exchange()
                .create(COPY, Map.of(), "nas/db", own, Optional.of(own.taking().branch()));

        assertThat(volumes.get(COPY).orElseThrow().branch()).contains("copy");
    }

    @Test
    void aSnapshotThatIsOnlyElsewhereIsShownAndItsContentRefused() throws Exception {
        Snapshot own = snapshot();
        Snapshot first = foreign(own);
        Snapshot second = foreign(first);
        pool.exchange().learn(first);
        pool.exchange().learn(second);

        SnapshotView shown = volumes.history().resolve("db@" + second.id(), ZoneOffset.UTC);
        assertThat(shown.elsewhere()).isTrue();
        assertThat(log("db@" + second.id())).containsExactly(second.id(), first.id(), own.id());
        assertThatThrownBy(() -> volumes.create(COPY, Map.of("from", "db@" + second.id())))
                .isInstanceOf(UnknownSnapshotException.class)
                .hasMessageContaining("fli pull db@" + second.id().abbreviated());
        assertThat(log("db")).containsExactly(own.id());
    }

    @Test
    void whatCannotBeFilledIsNotThereAndLeavesNothing() throws Exception {
        Snapshot foreign = foreign(snapshot());

        assertThatIOException()
                .isThrownBy(() -> pool.exchange().admit(foreign, Optional.empty(), staging -> {
                    Files.writeString(staging.root().resolve("file"), "half");
                    throw new IOException("told to fail");
                }))
                .withMessage("told to fail");
        pool.driver.fail(Step.SNAPSHOT, 1);
        assertThatIOException().isThrownBy(() -> admit(foreign));

        assertThat(pool.histories().find(foreign.id())).isEmpty();
        assertThatNothingIsLeftOver();
        assertThat(admit(foreign).isKept()).isTrue();
        assertThatNothingIsLeftOver();
    }

    @Test
    void ofTwoTreesThatAKillHasLeftForASnapshotTheOneWithMoreContentIsKept() throws Exception {
        Snapshot foreign = foreign(snapshot());
        Path rich = cutOff(foreign, 900);
        pool.driver.fail(Step.DESTROY, 1);
        cutOff(foreign, 10);
        volumes = pool.load();

        volumes.tidy();

        pool.exchange()
                .admit(
                        foreign,
                        Optional.empty(),
                        staging -> assertThat(staging.earlier()).containsExactly(rich));
        assertThatNothingIsLeftOver();
    }

    @Test
    void ofTheSameSnapshotIsLookedAtFirstAndThenOfOthersWhateverHasMore() throws Exception {
        Snapshot first = foreign(snapshot());
        Snapshot second = foreign(first);
        Path ofFirst = cutOff(first, 900);
        Path ofSecond = cutOff(second, 10);

        pool.exchange()
                .admit(
                        second,
                        Optional.empty(),
                        staging -> assertThat(staging.earlier()).containsExactly(ofSecond, ofFirst));
    }

    @Test
    void twoAttemptsAtOnceBothTakeFromWhatIsLeft() throws Exception {
        Snapshot first = foreign(snapshot());
        Snapshot second = foreign(first);
        Snapshot third = foreign(second);
        Path left = cutOff(first, 900);

        pool.exchange().admit(second, Optional.empty(), outer -> {
            pool.exchange().admit(third, Optional.empty(), inner -> {
                assertThat(inner.earlier()).containsExactly(left);
            });
            assertThat(outer.earlier()).containsExactly(left);
            assertThat(left).as("while it is read").exists();
        });
    }

    @Test
    void spaceThatTheFileSystemGivesBackLaterIsWaitedFor() throws Exception {
        Snapshot foreign = foreign(snapshot());
        cutOff(foreign(foreign), 10);
        pool.room(100);
        pool.driver.freeLater(2, () -> pool.room(500));

        pool.exchange().refuseWithoutRoom(foreign, 500, "the snapshot");

        assertThatThrownBy(() -> pool.exchange().refuseWithoutRoom(foreign, 600, "the snapshot"))
                .isInstanceOf(PoolRefusalException.class);
    }

    /** An attempt at a snapshot that fails when it has brought so much; answers where. */
    private Path cutOff(Snapshot record, long bytes) {
        List<Path> root = new ArrayList<>();
        assertThatIOException()
                .isThrownBy(() -> pool.exchange().admit(record, Optional.empty(), staging -> {
                    root.add(staging.root());
                    staging.brought().accept(bytes);
                    throw new IOException("told to fail");
                }))
                .withMessage("told to fail");
        pool.clock.advance(Duration.ofMinutes(1));
        return root.getFirst();
    }

    @Test
    void aSnapshotInTheTrashIsTakenOutInPlaceOfBeingFetched() throws Exception {
        Snapshot own = snapshot();
        volumes.history().removeSnapshot(own.id().hex());

        Snapshot back = pool.exchange().admit(own, Optional.empty(), staging -> {
            throw new IOException("nothing is to be fetched");
        });

        assertThat(back.isKept()).isTrue();
        assertThat(log("db")).containsExactly(own.id());
        assertThat(pool.histories().find(own.id()).orElseThrow().removedAt()).isEmpty();
    }

    @Test
    void aSnapshotThatWasDestroyedComesBackAsTheSame() throws Exception {
        Snapshot own = snapshot();
        Snapshot later = snapshot();
        volumes.history().removeSnapshot(own.id().hex());
        volumes.history().emptyTrash();
        assertThat(log("db")).containsExactly(later.id());

        admit(pool.histories().find(own.id()).orElseThrow());

        assertThat(log("db")).containsExactly(later.id(), own.id());
        volumes = pool.load();
        assertThat(log("db")).containsExactly(later.id(), own.id());
        assertThatNothingIsLeftOver();
    }

    @Test
    void whatIsRememberedOfCopiesOutlivesTheDaemon() throws Exception {
        Snapshot own = snapshot();

        pool.exchange().share(own.id(), sharing -> sharing.on(REMOTE, Optional.of("d".repeat(64))));

        Snapshot.Sharing remembered =
                pool.histories().find(own.id()).orElseThrow().sharing();
        assertThat(remembered).isEqualTo(new Snapshot.Sharing(false, Optional.of("d".repeat(64)), Set.of(REMOTE)));
        assertThat(remembered.gone(REMOTE).remotes()).isEmpty();
    }

    @Test
    void aTagThatIsTakenIsLeftAlone() throws Exception {
        Snapshot own = snapshot();
        Snapshot later = snapshot();

        assertThat(pool.exchange().tag(own.volumeset(), new Name("v1"), own.id()))
                .isTrue();
        assertThat(pool.exchange().tag(own.volumeset(), new Name("v1"), own.id()))
                .isTrue();
        assertThat(pool.exchange().tag(own.volumeset(), new Name("v1"), later.id()))
                .isFalse();
        assertThat(pool.exchange().tag(own.volumeset(), new Name("main"), later.id()))
                .isFalse();

        assertThat(resolve("db@v1")).isEqualTo(own.id());
    }

    private Snapshot snapshot() throws RefusedException, IOException {
        pool.clock.advance(Duration.ofMinutes(1));
        SnapshotView taken = volumes.history()
                .snapshot(new SnapshotOrder(
                        List.of(DB), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), false))
                .getFirst();
        return pool.histories().find(new RandomId(taken.id())).orElseThrow();
    }

    /** One that another host took after a snapshot, on the same branch. */
    private Snapshot foreign(Snapshot parent) {
        pool.clock.advance(Duration.ofMinutes(1));
        Snapshot.Taking taking = new Snapshot.Taking(
                pool.clock.instant(),
                Optional.empty(),
                "db",
                parent.taking().volumeId(),
                parent.taking().branch(),
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
        return new Snapshot(
                pool.nextId(),
                parent.volumeset(),
                Optional.of(parent.id()),
                taking,
                Snapshot.Remarks.NONE,
                Optional.empty(),
                Optional.empty(),
                new Snapshot.Sharing(true, Optional.empty(), Set.of(REMOTE)));
    }

    private Snapshot admit(Snapshot record) throws RefusedException, IOException {
        return pool.exchange()
                .admit(
                        record,
                        Optional.empty(),
                        staging -> Files.writeString(staging.root().resolve("file"), "from elsewhere"));
    }

    private String read(VolumeName name) throws IOException {
        TreeId tree = pool.catalogue().find(name).orElseThrow().tree();
        return Files.readString(pool.driver.path(tree).resolve("file"));
    }

    private List<RandomId> log(String ref) throws RefusedException {
        return volumes
                .history()
                .log(new LogQuery(ref, ZoneOffset.UTC, false, 100, Map.of(), Optional.empty(), Optional.empty()))
                .snapshots()
                .stream()
                .map(snapshot -> new RandomId(snapshot.id()))
                .toList();
    }

    private RandomId resolve(String ref) throws RefusedException {
        return new RandomId(volumes.history().resolve(ref, ZoneOffset.UTC).id());
    }

    private void assertThatNothingIsLeftOver() throws IOException {
        Set<TreeId> named = new HashSet<>(pool.histories().trees());
        pool.catalogue().volumes().forEach(record -> named.add(record.tree()));
        pool.catalogue().trash().forEach(record -> named.add(record.tree()));
        assertThat(pool.driver.list()).containsExactlyInAnyOrderElementsOf(named);
    }
}
