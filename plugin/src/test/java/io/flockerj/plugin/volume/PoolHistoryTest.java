package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.flockerj.plugin.history.AmbiguousRefException;
import io.flockerj.plugin.history.InvalidTextException;
import io.flockerj.plugin.history.NameTakenException;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.SnapshotHeldException;
import io.flockerj.plugin.history.UnknownSnapshotException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TestingStorageDriver.Step;
import io.flockerj.plugin.storage.TreeDirectory;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.volume.TestingRecords.Moment;
import io.flockerj.plugin.volume.VolumeHistory.Annotation;
import io.flockerj.plugin.volume.VolumeHistory.BranchView;
import io.flockerj.plugin.volume.VolumeHistory.LogQuery;
import io.flockerj.plugin.volume.VolumeHistory.TrashView;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoolHistoryTest {
    private static final VolumeName DB = new VolumeName("db");
    private static final VolumeName TRY = new VolumeName("db-try");
    private static final MountId ID = new MountId("1");

    @TempDir
    Path directory;

    private TestingPool<TestingMounts> pool;
    private PoolVolumes volumes;
    private VolumeHistory history;

    @BeforeEach
    void setUp() throws Exception {
        pool = TestingPool.inMemory(directory);
        start();
        volumes.create(DB, Map.of());
    }

    private void start() throws IOException {
        volumes = pool.load();
        history = volumes.history();
    }

    private Path tree(VolumeName name) throws IOException {
        return pool.driver.path(pool.catalogue().find(name).orElseThrow().tree());
    }

    private void write(VolumeName name, String text) throws IOException {
        Files.writeString(tree(name).resolve("file"), text);
    }

    private String read(VolumeName name) throws IOException {
        return Files.readString(tree(name).resolve("file"));
    }

    private static SnapshotOrder order(VolumeName... names) {
        return new SnapshotOrder(List.of(names), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), false);
    }

    private SnapshotView snapshot(VolumeName name) throws RefusedException, IOException {
        pool.clock.advance(Duration.ofMinutes(1));
        return history.snapshot(order(name)).getFirst();
    }

    private SnapshotView tagged(VolumeName name, String tag) throws RefusedException, IOException {
        SnapshotView taken = snapshot(name);
        history.tag(name, tag, name + "@latest", ZoneOffset.UTC, false);
        return taken;
    }

    private List<String> log(String ref) throws RefusedException {
        return history
                .log(new LogQuery(ref, ZoneOffset.UTC, false, 100, Map.of(), Optional.empty(), Optional.empty()))
                .snapshots()
                .stream()
                .map(SnapshotView::id)
                .toList();
    }

    private String resolved(String ref) throws RefusedException {
        return history.resolve(ref, ZoneOffset.UTC).id();
    }

    /** Every tree is named by some record, and every record's tree is there. */
    private void assertThatNothingIsLeftOver() throws IOException {
        Set<TreeId> named = new HashSet<>(pool.histories().trees());
        pool.catalogue().volumes().forEach(record -> named.add(record.tree()));
        pool.catalogue().trash().forEach(record -> named.add(record.tree()));
        assertThat(pool.driver.list()).containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void aSnapshotIsThereAtOnceAndAfterTheNextStart() throws Exception {
        write(DB, "one");
        SnapshotView first = snapshot(DB);
        write(DB, "two");
        SnapshotView second = snapshot(DB);

        assertThat(first.parent()).isEmpty();
        assertThat(second.parent()).contains(first.id());
        assertThat(second.branch()).isEqualTo("main");
        assertThat(second.heads()).containsExactly("main");
        for (int start = 0; start < 2; start++) {
            assertThat(log("db")).containsExactly(second.id(), first.id());
            assertThat(log("db@latest~1")).containsExactly(first.id());
            VolumeView view = volumes.get(DB).orElseThrow();
            assertThat(view.snapshots()).isEqualTo(2);
            assertThat(view.newest().orElseThrow().id()).isEqualTo(second.id());
            assertThat(view.status()).containsEntry("snapshots", 2).containsKey("lastSnapshot");
            start();
        }
        assertThatNothingIsLeftOver();
    }

    @Test
    void aSnapshotIsNeverOlderThanItsParentWhateverTheClockDoes() throws Exception {
        SnapshotView first = snapshot(DB);
        pool.clock.advance(Duration.ofHours(-3));
        SnapshotView second = history.snapshot(order(DB)).getFirst();

        assertThat(second.time()).isEqualTo(first.time());
    }

    @Test
    void severalVolumesAreTakenAsAGroup() throws Exception {
        volumes.create(TRY, Map.of());
        List<SnapshotView> group = history.snapshot(order(TRY, DB));

        assertThat(group).extracting(SnapshotView::volume).containsExactly("db-try", "db");
        assertThat(group).extracting(one -> one.group().orElseThrow().index()).containsExactly(0, 1);
        assertThat(group)
                .extracting(one -> one.group().orElseThrow().id())
                .containsOnly(group.getFirst().group().orElseThrow().id());
        assertThat(snapshot(DB).group()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"SNAPSHOT", "USED_BYTES"})
    void aGroupOfWhichOneFailsLeavesNothing(Step step) throws Exception {
        volumes.create(TRY, Map.of());
        List<TreeId> before = pool.driver.list();
        pool.driver.fail(step, 1);

        assertThatIOException().isThrownBy(() -> history.snapshot(order(DB, TRY)));
        assertThat(pool.driver.list()).containsExactlyInAnyOrderElementsOf(before);
        assertThatThrownBy(() -> resolved("db")).isInstanceOf(UnknownSnapshotException.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"BEFORE", "AFTER"})
    void aSnapshotWhoseRecordFailsIsNotThere(Moment moment) throws Exception {
        pool.records.failNext(moment);
        assertThatIOException().isThrownBy(() -> history.snapshot(order(DB)));

        assertThatThrownBy(() -> resolved("db")).isInstanceOf(UnknownSnapshotException.class);
        assertThatNothingIsLeftOver();
        start();
        assertThatThrownBy(() -> resolved("db")).isInstanceOf(UnknownSnapshotException.class);
        assertThat(snapshot(DB).parent()).isEmpty();
    }

    @Test
    void aVolumeMadeFromASnapshotStartsABranchOfItsOwn() throws Exception {
        write(DB, "then");
        SnapshotView base = tagged(DB, "before");
        write(DB, "now");
        volumes.create(TRY, Map.of("from", "db@before"));

        assertThat(read(TRY)).isEqualTo("then");
        VolumeView view = volumes.get(TRY).orElseThrow();
        assertThat(view.branch()).contains("db-try");
        assertThat(view.parent()).contains(base.id());
        assertThat(view.volumesetId()).isEqualTo(volumes.get(DB).orElseThrow().volumesetId());
        write(TRY, "tried");
        SnapshotView own = snapshot(TRY);
        SnapshotView other = snapshot(DB);

        start();
        assertThat(log("db-try")).containsExactly(own.id(), base.id());
        assertThat(log("db")).containsExactly(other.id(), base.id());
        assertThat(resolved("db@db-try")).isEqualTo(own.id());
        assertThat(history.branches(DB))
                .extracting(BranchView::name, branch -> branch.volume().orElse("none"))
                .containsExactly(tuple("db-try", "db-try"), tuple("main", "db"));
    }

    @Test
    void creatingItAgainWithTheSameOriginSucceedsAndWithAnotherIsRefused() throws Exception {
        tagged(DB, "before");
        volumes.create(TRY, Map.of("from", "db@before"));
        volumes.create(TRY, Map.of("from", "db@before"));
        volumes.create(TRY, Map.of());

        assertThatThrownBy(() -> volumes.create(TRY, Map.of("from", "db@latest")))
                .isInstanceOf(VolumeConflictException.class);
    }

    @Test
    void aCloneIsNamedByARefAndGetsItsBranchWithItsFirstOwnSnapshot() throws Exception {
        write(DB, "then");
        SnapshotView base = tagged(DB, "before");
        VolumeName clone = new VolumeName("db@before");
        volumes.create(clone, Map.of());
        history.tag(DB, "before", "db@latest", ZoneOffset.UTC, true);

        assertThat(read(clone)).isEqualTo("then");
        assertThat(volumes.get(clone).orElseThrow().branch()).isEmpty();
        assertThat(history.branches(DB)).extracting(BranchView::name).containsExactly("main");

        SnapshotView own = snapshot(clone);
        assertThat(own.parent()).contains(base.id());
        assertThat(volumes.get(clone).orElseThrow().branch()).contains("db-before");
        start();
        assertThat(resolved("db@db-before")).isEqualTo(own.id());
    }

    @Test
    void aRefThatNamesNothingMakesNoClone() {
        assertThatThrownBy(() -> volumes.create(new VolumeName("db@befor"), Map.of()))
                .isInstanceOf(UnknownSnapshotException.class)
                .hasMessageContaining("no snapshot, tag or branch 'befor'");
        assertThatThrownBy(() -> volumes.create(new VolumeName("dv@before"), Map.of()))
                .isInstanceOf(UnknownVolumeException.class)
                .hasMessageContaining("did you mean 'db'");
    }

    @Test
    void aCloneOfOneVolumeIsNotNamedAsOneOfAnother() throws Exception {
        tagged(DB, "before");
        assertThatThrownBy(() -> volumes.create(new VolumeName("other@before"), Map.of("from", "db@before")))
                .isInstanceOf(InvalidNameException.class)
                .hasMessageContaining("choose a name without '@'");
    }

    @Test
    void whoMissesAVolumeIsToldWhereItIs() throws Exception {
        snapshot(DB);
        assertThatThrownBy(() -> history.snapshot(order(new VolumeName("DB"))))
                .hasMessageContaining("did you mean 'db'");
        assertThatThrownBy(() -> history.snapshot(order(new VolumeName("db@latest"))))
                .hasMessageContaining("named without @REF, as db");
        volumes.remove(DB);
        assertThatThrownBy(() -> history.snapshot(order(DB))).hasMessageContaining("fli trash restore db");
    }

    @Test
    void whatIsNoFileIsRefusedBeforeAnyOfItIsSent() throws Exception {
        write(DB, "text");
        Files.createSymbolicLink(tree(DB).resolve("out"), Path.of("/etc/passwd"));
        assertThatThrownBy(() -> volumes.files().read("db@live", ZoneOffset.UTC, "out"))
                .isInstanceOf(BadPlaceException.class)
                .hasMessageStartingWith("db: /out leads out of the volume");
        assertThatThrownBy(() -> volumes.files().read("db@live", ZoneOffset.UTC, "fill"))
                .hasMessage("db: there is no /fill");
    }

    @Test
    void aNameThatATagHasIsToldFromABranchs() throws Exception {
        tagged(DB, "before");
        assertThatThrownBy(() -> history.tag(DB, "before", "db", ZoneOffset.UTC, false))
                .hasMessageContaining("fli tag add VOLUME@REF before --move");
        assertThatThrownBy(() -> history.tag(DB, "main", "db", ZoneOffset.UTC, false))
                .hasMessageContaining("has a branch main already; choose another name")
                .hasMessageNotContaining("--move");
    }

    @Test
    void aReadOnlyViewIsMadeOfASnapshotOnlyAndIsNotRolledBack() throws Exception {
        tagged(DB, "before");
        volumes.create(TRY, Map.of("from", "db@before", "access", "read-only"));

        assertThat(volumes.get(TRY).orElseThrow().readOnly()).isTrue();
        assertThat(pool.driver.calls()).noneMatch(call -> call.startsWith("clone"));
        assertThatThrownBy(() -> history.rollback("db-try@latest", ZoneOffset.UTC, Optional.empty()))
                .isInstanceOf(SnapshotsUnsupportedException.class);
        assertThatThrownBy(() -> volumes.create(new VolumeName("x"), Map.of("access", "read-only")))
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> volumes.create(new VolumeName("x"), Map.of("from", "db@before", "uid", "7")))
                .isInstanceOf(InvalidOptionException.class);
    }

    @Test
    void aRollbackKeepsWhatWasThereAndGoesOnFromTheTarget() throws Exception {
        write(DB, "good");
        SnapshotView target = tagged(DB, "good");
        write(DB, "bad");
        RollbackOutcome done = history.rollback("db@good", ZoneOffset.UTC, Optional.of("ann"));

        assertThat(read(DB)).isEqualTo("good");
        assertThat(done.safety().parent()).contains(target.id());
        assertThat(done.snapshot().parent()).contains(done.safety().id());
        assertThat(done.snapshot().restoredFrom()).contains(target.id());
        start();
        assertThat(read(DB)).isEqualTo("good");
        assertThat(log("db"))
                .containsExactly(done.snapshot().id(), done.safety().id(), target.id());
        assertThatNothingIsLeftOver();

        volumes.create(TRY, Map.of("from", "db@latest~1"));
        assertThat(read(TRY)).isEqualTo("bad");
    }

    @Test
    void aRollbackIsRefusedWhileAContainerHasTheVolumeAndNamesIt() throws Exception {
        write(DB, "good");
        tagged(DB, "good");
        write(DB, "bad");
        pool.mounts.bind("container 7", volumes.mount(DB, ID));

        assertThatThrownBy(() -> history.rollback("db@good", ZoneOffset.UTC, Optional.empty()))
                .isInstanceOf(VolumeInUseException.class)
                .hasMessageContaining("container 7");
        assertThat(read(DB)).isEqualTo("bad");
        assertThat(log("db")).hasSize(1);
        pool.mounts.release("container 7");

        history.rollback("db@good", ZoneOffset.UTC, Optional.empty());
        Path seen = pool.mounts.bind("container 8", volumes.mount(DB, ID));
        assertThat(seen.resolve("file")).hasContent("good");
    }

    @ParameterizedTest
    @EnumSource(names = {"SNAPSHOT", "CLONE"})
    void aRollbackThatFailsLeavesTheVolumeAsItIs(Step step) throws Exception {
        write(DB, "good");
        tagged(DB, "good");
        write(DB, "bad");
        volumes.mount(DB, ID);
        pool.driver.fail(step, 1);

        assertThatIOException().isThrownBy(() -> history.rollback("db@good", ZoneOffset.UTC, Optional.empty()));
        assertThat(read(DB)).isEqualTo("bad");
        assertThat(pool.mounts.mounted()).containsExactly(DB);
        assertThatNothingIsLeftOver();
    }

    @Test
    void aRollbackWhoseLastRecordFailsHasHappenedAndIsCompletedLater() throws Exception {
        write(DB, "good");
        SnapshotView target = tagged(DB, "good");
        write(DB, "bad");
        pool.driver.onDestroy(tree -> pool.records.failFromNowOn());

        assertThatIOException().isThrownBy(() -> history.rollback("db@good", ZoneOffset.UTC, Optional.empty()));
        pool.records.failNext(Moment.NEVER);
        assertThat(read(DB)).isEqualTo("good");
        start();
        assertThat(read(DB)).isEqualTo("good");
        assertThat(log("db")).hasSize(3);
        assertThat(history.resolve("db", ZoneOffset.UTC).restoredFrom()).contains(target.id());
        assertThatNothingIsLeftOver();
    }

    @Test
    void refsAreTagsThenBranchesThenIdsAndTimes() throws Exception {
        SnapshotView first = tagged(DB, "v1");
        SnapshotView second = snapshot(DB);

        assertThat(resolved("db@v1")).isEqualTo(first.id());
        assertThat(resolved("db@main")).isEqualTo(second.id());
        assertThat(resolved("db@main~1")).isEqualTo(first.id());
        assertThat(resolved("db@" + second.id().substring(0, 12))).isEqualTo(second.id());
        assertThat(resolved("db@{" + first.time() + "}")).isEqualTo(first.id());
        assertThat(resolved("db@{now}")).isEqualTo(second.id());
        assertThatThrownBy(() -> resolved("db@{2000-01-01}"))
                .isInstanceOf(UnknownSnapshotException.class)
                .hasMessageContaining(first.id().substring(0, 12));
        assertThatThrownBy(() -> resolved("db@0000"))
                .isInstanceOf(AmbiguousRefException.class)
                .hasMessageContaining(first.id().substring(0, 12))
                .hasMessageContaining(second.id().substring(0, 12));
        assertThatThrownBy(() -> resolved("db@latest~2")).hasMessageContaining("only 1");
        assertThatThrownBy(() -> resolved("db@V1")).hasMessageContaining("did you mean 'v1'");
        assertThatThrownBy(() -> resolved("db@yesterday")).hasMessageContaining("in braces: 'db@{yesterday}'");
        assertThatThrownBy(() -> resolved("db@live")).hasMessageContaining("the volume as it is now");
        assertThatThrownBy(() -> history.resolve("db@{2000-01-01}", ZoneId.of("Asia/Tokyo")))
                .hasMessageContaining("of 2000-01-01T00:00:00+09:00 or before");
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "live", "main", "v1", "", "a/b", "a b"})
    void aTagThatIsTakenReservedOrNoNameIsRefused(String name) throws Exception {
        tagged(DB, "v1");
        assertThatThrownBy(() -> history.tag(DB, name, "db", ZoneOffset.UTC, false))
                .isInstanceOfAny(NameTakenException.class, InvalidTextException.class);
        assertThat(history.tags(DB)).hasSize(1);
    }

    @Test
    void heldAndTaggedSnapshotsAreNotRemoved() throws Exception {
        SnapshotView one = tagged(DB, "v1");
        SnapshotView two = snapshot(DB);
        history.annotate(two.id(), new Annotation(Optional.empty(), Map.of(), Optional.of(true)));

        assertThatThrownBy(() -> history.removeSnapshot(one.id()))
                .isInstanceOf(SnapshotHeldException.class)
                .hasMessageContaining("tag v1");
        assertThatThrownBy(() -> history.removeSnapshot(two.id())).isInstanceOf(SnapshotHeldException.class);

        history.untag(DB, "v1");
        history.annotate(two.id(), new Annotation(Optional.empty(), Map.of(), Optional.of(false)));
        history.removeSnapshot(one.id());
        history.removeSnapshot(two.id());
        assertThat(log("db")).isEmpty();
    }

    @Test
    void aRemovedSnapshotIsRestoredOrBecomesATombstoneThatAncestryWalksThrough() throws Exception {
        SnapshotView first = snapshot(DB);
        SnapshotView second = snapshot(DB);
        SnapshotView third = snapshot(DB);
        history.removeSnapshot(second.id());
        assertThat(log("db")).containsExactly(third.id(), first.id());
        assertThatThrownBy(() -> resolved("db@" + second.id())).hasMessageContaining("fli trash restore");

        history.restore(second.id().substring(0, 12), Optional.empty());
        assertThat(log("db")).containsExactly(third.id(), second.id(), first.id());

        history.removeSnapshot(second.id());
        pool.clock.advance(TestingPool.KEEP);
        volumes.tidy();
        assertThat(history.trash()).isEmpty();
        assertThat(pool.driver.list()).hasSize(3);
        start();
        assertThat(log("db")).containsExactly(third.id(), first.id());
        assertThat(history.resolve("db", ZoneOffset.UTC).parent()).contains(second.id());
        assertThatNothingIsLeftOver();
    }

    @Test
    void labelsAndMessagesAreChangedAndCheckedAndSearchedFor() throws Exception {
        SnapshotView one = history.snapshot(new SnapshotOrder(
                        List.of(DB),
                        Optional.of("first"),
                        Optional.of("ann"),
                        Map.of("build", "17"),
                        Optional.of("v1"),
                        true))
                .getFirst();
        snapshot(DB);
        SnapshotView changed = history.annotate(
                one.id(),
                new Annotation(
                        Optional.of("the first"),
                        Map.of("build", Optional.of("18"), "x", Optional.of("y")),
                        Optional.empty()));

        assertThat(changed.labels()).containsEntry("build", "18").containsEntry("x", "y");
        assertThat(changed.message()).contains("the first");
        assertThat(changed.tags()).containsExactly("v1");
        assertThat(changed.paused()).isTrue();
        assertThat(history.log(new LogQuery(
                                "db",
                                ZoneOffset.UTC,
                                false,
                                10,
                                Map.of("build", Optional.of("18")),
                                Optional.empty(),
                                Optional.empty()))
                        .snapshots())
                .extracting(SnapshotView::id)
                .containsExactly(one.id());
        assertThatThrownBy(() -> history.annotate(
                        one.id(),
                        new Annotation(Optional.empty(), Map.of("a\u001bb", Optional.of("x")), Optional.empty())))
                .isInstanceOf(InvalidTextException.class);
        assertThatThrownBy(() -> history.annotate(
                        one.id(), new Annotation(Optional.of("m".repeat(5000)), Map.of(), Optional.empty())))
                .isInstanceOf(InvalidTextException.class);
        assertThat(history.resolve("db@v1", ZoneOffset.UTC).message()).contains("the first");
    }

    @Test
    void branchesAreRenamedAndRemovedWithTheSnapshotsThatOnlyTheyHave() throws Exception {
        tagged(DB, "v1");
        volumes.create(TRY, Map.of("from", "db@v1"));
        SnapshotView own = snapshot(TRY);
        history.renameBranch(DB, "db-try", "experiment");
        assertThat(resolved("db@experiment")).isEqualTo(own.id());
        assertThatThrownBy(() -> history.renameBranch(DB, "experiment", "main")).isInstanceOf(NameTakenException.class);
        assertThatThrownBy(() -> history.removeBranch(DB, "experiment")).isInstanceOf(VolumeConflictException.class);

        volumes.remove(TRY);
        start();
        assertThat(history.removeBranch(DB, "experiment")).isOne();
        assertThatThrownBy(() -> resolved("db@experiment")).isInstanceOf(UnknownSnapshotException.class);
        assertThat(log("db")).hasSize(1);
        assertThat(history.trash()).hasSize(2);
    }

    @Test
    void aBranchNameThatIsTakenGetsANumber() throws Exception {
        tagged(DB, "v1");
        volumes.create(TRY, Map.of("from", "db@v1"));
        snapshot(TRY);
        volumes.remove(TRY);
        volumes.create(TRY, Map.of("from", "db@v1"));

        assertThat(volumes.get(TRY).orElseThrow().branch()).contains("db-try-2");
    }

    @Test
    void theHistoryGoesWithTheLastVolumeThatWorksOnItUnlessItIsHeld() throws Exception {
        SnapshotView held = tagged(DB, "v1");
        history.annotate(held.id(), new Annotation(Optional.empty(), Map.of(), Optional.of(true)));
        snapshot(DB);
        volumes.remove(DB);
        assertThat(history.trash()).extracting(TrashView::snapshots).containsExactly(2);
        assertThat(resolved("db@v1")).isEqualTo(held.id());

        assertThat(history.emptyTrash().left()).isZero();
        start();
        assertThat(log("db")).containsExactly(held.id());
        assertThat(pool.driver.list()).hasSize(1);

        volumes.create(TRY, Map.of("from", "db@v1"));
        assertThat(volumes.get(TRY).orElseThrow().parent()).contains(held.id());
    }

    /** An end of the daemon, or a failing disk, between the two leaves the record. */
    @Test
    void aRemovedSnapshotWhoseTreeIsDestroyedIsNotBroughtBackThoughItsRecordIsAsBefore() throws Exception {
        SnapshotView first = snapshot(DB);
        snapshot(DB);
        history.removeSnapshot(first.id());
        pool.driver.destroy(treeOf(first));

        for (int start = 0; start < 2; start++) {
            assertThat(history.trash()).isEmpty();
            assertThatThrownBy(() -> history.restore(first.id(), Optional.empty()))
                    .isInstanceOf(UnknownSnapshotException.class);
            start();
        }
        assertThatNothingIsLeftOver();
    }

    @Test
    void whileSomethingIsCopiedIntoAVolumeItCanBeMountedButNotTakenAway() throws Exception {
        write(DB, "text");
        snapshot(DB);
        volumes.create(TRY, Map.of());
        AtomicReference<@Nullable Throwable> refusal = new AtomicReference<>();
        pool.whenAskedForAnId(() -> refusal.set(catchThrowable(() -> {
            volumes.mount(TRY, ID);
            volumes.unmount(TRY, ID);
            volumes.remove(TRY);
        })));

        volumes.files().copy("db@latest", ZoneOffset.UTC, "file", TRY, "copy", Progress.IGNORED);

        assertThat(refusal.get())
                .isInstanceOf(VolumeInUseException.class)
                .hasMessageContaining("something is being copied into volume db-try at this moment");
        assertThat(tree(TRY).resolve("copy")).hasContent("text");
        volumes.remove(TRY);
    }

    @Test
    void whatIsReadIsNotDestroyedMeanwhile() throws Exception {
        write(DB, "text");
        SnapshotView first = snapshot(DB);
        VolumeFiles.Content content = volumes.files().read("db@latest", ZoneOffset.UTC, "file");
        ByteArrayOutputStream read = new ByteArrayOutputStream();

        content.writeTo(new FilterOutputStream(read) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                try {
                    history.removeSnapshot(first.id());
                    assertThat(history.emptyTrash().left()).isEqualTo(1);
                } catch (RefusedException e) {
                    throw new AssertionError(e);
                }
                out.write(bytes, offset, length);
            }
        });

        assertThat(read).hasToString("text");
        assertThat(history.emptyTrash().left()).isZero();
        assertThatIOException().isThrownBy(() -> content.writeTo(read));
    }

    @Test
    void whatAPathLeadsToIsCheckedBeforeAnythingOfItIsTold() throws Exception {
        Path top = tree(DB);
        Files.createSymbolicLink(top.resolve("out"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(top.resolve("nowhere"), Path.of("gone"));
        Files.createDirectory(top.resolve("directory"));
        Files.createSymbolicLink(top.resolve("to-directory"), Path.of("directory"));

        for (String path : List.of("out", "nowhere", "directory", "to-directory")) {
            assertThatThrownBy(() -> volumes.files().read("db@live", ZoneOffset.UTC, path))
                    .as(path)
                    .isInstanceOf(BadPlaceException.class);
        }
    }

    @Test
    void anImportedVolumeStaysWhenNoSnapshotCanBeTakenOfIt() throws Exception {
        pool.driver.fail(Step.SNAPSHOT, 1);
        byte[] emptyArchive = new byte[1024];
        volumes.files()
                .importTar(
                        new VolumeFiles.ImportOrder(TRY, Map.of(), Optional.empty(), Optional.empty()),
                        new ByteArrayInputStream(emptyArchive),
                        Progress.IGNORED);
        assertThat(volumes.get(TRY)).isPresent();
        assertThat(log("db-try")).isEmpty();
    }

    /** The account of a volume can wait for the file system longer than anything else of its history. */
    @Test
    void whatARollbackEndedWithDoesNotComeBackOnceItsHistoryIsForgotten() throws Exception {
        write(DB, "one");
        tagged(DB, "good");
        write(DB, "two");
        history.rollback("db@good", ZoneOffset.UTC, Optional.empty());
        volumes.create(TRY, Map.of("from", "db@good"));
        volumes.remove(DB);
        pool.driver.putOffReleases(1);
        history.destroy(pool.catalogue().trash().iterator().next().id().hex());
        volumes.remove(TRY);

        pool.driver.putOffReleases(1);
        history.emptyTrash();
        history.emptyTrash();

        assertThat(pool.catalogue().trash()).isEmpty();
        assertThat(pool.histories().all()).isEmpty();
    }

    /** As a daemon leaves it that is killed in the midst. */
    @Test
    void whatIsDestroyedInPartIsNotBroughtBackAndIsDestroyedByTheNextDaemon() throws Exception {
        write(DB, "text");
        SnapshotView first = snapshot(DB);
        history.removeSnapshot(first.id());
        volumes.remove(DB);
        String removed = pool.catalogue().trash().iterator().next().id().hex();
        doom(treeOf(first));
        pool.catalogue().trash().forEach(record -> doom(record.tree()));

        assertThat(history.trash()).isEmpty();
        for (String id : List.of(first.id(), removed)) {
            assertThatThrownBy(() -> history.restore(id, Optional.empty()))
                    .isInstanceOf(UnknownSnapshotException.class);
        }
        start();
        assertThat(pool.driver.halfDestroyed()).isEmpty();
        history.emptyTrash();
        assertThatNothingIsLeftOver();
    }

    private void doom(TreeId tree) {
        try {
            new TreeDirectory(directory.resolve("volumes")).doom(tree);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theDestructionOfAHistoryThatWasInterruptedGoesOn() throws Exception {
        SnapshotView first = snapshot(DB);
        SnapshotView second = snapshot(DB);
        volumes.remove(DB);
        pool.clock.advance(TestingPool.KEEP);
        pool.driver.fail(Step.DESTROY, 1);
        volumes.tidy();
        start();

        assertThat(history.trash()).isNotEmpty();
        for (SnapshotView one : List.of(first, second)) {
            boolean isThere = Files.exists(pool.driver.path(treeOf(one)));
            assertThat(!log("db").contains(one.id()) || isThere).isTrue();
        }
        volumes.tidy();
        assertThat(pool.driver.list()).isEmpty();
        assertThat(pool.histories().all()).isEmpty();
    }

    @Test
    void ownBytesAreAskedForWithTheTreesThatHoldMuchOfTheSame() throws Exception {
        SnapshotView first = snapshot(DB);
        TreeId live = pool.catalogue().find(DB).orElseThrow().tree();
        assertThat(own(first)).isEqualTo("own " + treeOf(first) + " near none [" + live + "]");

        SnapshotView second = snapshot(DB);
        SnapshotView third = snapshot(DB);
        assertThat(own(first)).isEqualTo("own " + treeOf(first) + " near " + treeOf(second) + " []");
        assertThat(own(second))
                .isEqualTo("own " + treeOf(second) + " near " + treeOf(third) + " [" + treeOf(first) + "]");
        assertThat(own(third)).isEqualTo("own " + treeOf(third) + " near " + treeOf(second) + " [" + live + "]");

        history.removeSnapshot(second.id());
        assertThat(own(first)).isEqualTo("own " + treeOf(first) + " near " + treeOf(third) + " []");
        assertThat(history.ownBytes(second.id())).isEmpty();

        SnapshotView outcome = history.rollback("db@" + first.id(), ZoneOffset.UTC, Optional.empty())
                .snapshot();
        assertThat(own(outcome)).startsWith("own " + treeOf(outcome) + " near " + treeOf(first) + " [");
    }

    private String own(SnapshotView snapshot) throws RefusedException, IOException {
        assertThat(history.ownBytes(snapshot.id())).isPresent();
        return pool.driver.calls().getLast();
    }

    private TreeId treeOf(SnapshotView snapshot) throws IOException {
        return pool.histories()
                .find(new RandomId(snapshot.id()))
                .orElseThrow()
                .tree()
                .orElseThrow();
    }

    @Test
    void whatIsLeftOfAHistoryHangsTogetherAcrossWhatWasRemoved() throws Exception {
        SnapshotView first = snapshot(DB);
        SnapshotView second = snapshot(DB);
        SnapshotView third = snapshot(DB);
        history.removeSnapshot(second.id());

        for (int start = 0; start < 2; start++) {
            LogQuery all = new LogQuery("db", ZoneOffset.UTC, true, 100, Map.of(), Optional.empty(), Optional.empty());
            assertThat(history.log(all).snapshots())
                    .extracting(SnapshotView::id, SnapshotView::parent, SnapshotView::keptParent)
                    .containsExactly(
                            tuple(third.id(), Optional.of(second.id()), Optional.of(first.id())),
                            tuple(first.id(), Optional.empty(), Optional.empty()));
            history.emptyTrash();
            start();
        }
    }

    @Test
    void theHistoryStaysWhileAnotherVolumeWorksOnIt() throws Exception {
        tagged(DB, "v1");
        volumes.create(TRY, Map.of("from", "db@v1"));
        volumes.remove(DB);
        history.emptyTrash();
        start();

        assertThat(log("db-try")).hasSize(1);
        volumes.remove(TRY);
        history.emptyTrash();
        start();
        assertThat(pool.driver.list()).isEmpty();
        assertThat(pool.histories().all()).isEmpty();
    }

    @Test
    void nothingOfAHistoryIsDestroyedWhileTheRecordOfAVolumeCannotBeRead() throws Exception {
        tagged(DB, "v1");
        volumes.create(TRY, Map.of("from", "db@v1"));
        Path record = pool.recordDirectory()
                .resolve("db-try@" + pool.catalogue().find(TRY).orElseThrow().id() + ".json");
        Files.writeString(record, "damaged");
        start();
        volumes.remove(DB);
        history.emptyTrash();

        assertThat(pool.histories().count()).isOne();
    }

    @Test
    void aRemovedVolumeIsRestoredUnderItsNameOrAnother() throws Exception {
        write(DB, "old");
        snapshot(DB);
        volumes.remove(DB);
        history.restore("db", Optional.empty());
        assertThat(read(DB)).isEqualTo("old");
        assertThat(log("db")).hasSize(1);

        volumes.remove(DB);
        volumes.create(DB, Map.of());
        assertThatThrownBy(() -> history.restore("db", Optional.empty()))
                .isInstanceOf(VolumeConflictException.class)
                .hasMessageContaining(" --name NAME");
        history.restore("db", Optional.of("db-old"));
        start();
        assertThat(read(new VolumeName("db-old"))).isEqualTo("old");
        assertThat(log("db-old")).hasSize(1);
        assertThatThrownBy(() -> history.restore("nothing", Optional.empty()))
                .isInstanceOf(UnknownSnapshotException.class);
    }

    @Test
    void anAnonymousVolumeWithAPastIsKeptForAWhile() throws Exception {
        VolumeName anonymous = new VolumeName("0123456789abcdef".repeat(4));
        volumes.create(anonymous, Map.of());
        snapshot(anonymous);
        volumes.remove(anonymous);

        assertThat(history.trash()).hasSize(1);
    }

    @Test
    void aSnapshotNeverMakesTheNextWriteExceedTheLimit() throws Exception {
        VolumeName limited = new VolumeName("limited");
        volumes.create(limited, Map.of("size", "1M"));
        VolumeRecord record = pool.catalogue().find(limited).orElseThrow();
        snapshot(limited);
        ByteSize raised = new ByteSize((1L << 20) + 4096);
        assertThat(pool.driver.limitOf(record.account())).contains(raised);

        start();
        assertThat(pool.driver.limitOf(record.account())).contains(raised);
        volumes.resize(limited, "2M");
        assertThat(pool.driver.limitOf(record.account())).contains(new ByteSize((2L << 20) + 4096));
        assertThat(volumes.get(limited).orElseThrow().sizeLimit()).contains(2L << 20);

        history.removeSnapshot(resolved("limited"));
        history.emptyTrash();
        assertThat(pool.driver.limitOf(record.account())).contains(new ByteSize(2L << 20));
    }

    @Test
    void twoRemovedVolumesOfOneHistoryDoNotKeepEachOther() throws Exception {
        tagged(DB, "v1");
        volumes.create(TRY, Map.of("from", "db@v1"));
        snapshot(TRY);
        volumes.remove(DB);
        volumes.remove(TRY);
        pool.driver.putOffReleases(2);

        history.emptyTrash();
        history.emptyTrash();
        assertThat(pool.driver.list()).isEmpty();
        assertThat(pool.histories().all()).isEmpty();
        assertThat(pool.catalogue().trash()).isEmpty();
    }

    @Test
    void aSnapshotThatIsNoLongerHeldIsNotDestroyedForThat() throws Exception {
        SnapshotView held = snapshot(DB);
        history.annotate(held.id(), new Annotation(Optional.empty(), Map.of(), Optional.of(true)));
        volumes.remove(DB);
        pool.driver.putOffReleases(1);
        history.emptyTrash();
        history.annotate(held.id(), new Annotation(Optional.empty(), Map.of(), Optional.of(false)));
        history.emptyTrash();

        assertThat(resolved("db")).isEqualTo(held.id());
        history.removeSnapshot(held.id());
        history.emptyTrash();
        assertThat(pool.driver.list()).isEmpty();
    }

    @Test
    void aRecordThatCannotBeReadIsNotWrittenOver() throws Exception {
        tagged(DB, "v1");
        Path record = directory
                .resolve("volumesets")
                .resolve(volumes.get(DB).orElseThrow().volumesetId() + ".json");
        Files.writeString(record, "damaged");
        start();

        assertThatIOException()
                .isThrownBy(() -> history.tag(DB, "v2", "db", ZoneOffset.UTC, false))
                .withMessageContaining("cannot be read");
        assertThat(record).hasContent("damaged");
    }

    @Test
    void theFirstTreeOfAVolumeThatWasRolledBackIsNotTakenForTheVolume() throws Exception {
        write(DB, "good");
        tagged(DB, "good");
        VolumeRecord before = pool.catalogue().find(DB).orElseThrow();
        history.rollback("db@good", ZoneOffset.UTC, Optional.empty());
        Files.createDirectory(pool.driver.path(before.tree())); // As if nobody had come to destroy it.
        start();

        assertThat(pool.catalogue().trash()).extracting(VolumeRecord::id).doesNotContain(before.id());
        volumes.remove(DB);
        start();
        assertThat(history.trash()).hasSize(2);
        history.restore("db", Optional.empty());
        assertThat(read(DB)).isEqualTo("good");
    }

    @Test
    void theSnapshotsOfAVolumeWhoseFilesAreMissingStayRecorded() throws Exception {
        SnapshotView one = tagged(DB, "v1");
        Path trees = directory.resolve("volumes");
        Files.move(trees, directory.resolve("aside"));
        Files.createDirectory(trees);
        start();
        Files.delete(trees);
        Files.move(directory.resolve("aside"), trees);
        start();

        assertThat(resolved("db@v1")).isEqualTo(one.id());
        volumes.create(TRY, Map.of("from", "db@v1"));
    }

    @Test
    void aBranchIsNeverCalledAsWhatHasAMeaningOfItsOwn() throws Exception {
        tagged(DB, "v1");
        volumes.create(new VolumeName("live"), Map.of("from", "db@v1"));

        assertThat(volumes.get(new VolumeName("live")).orElseThrow().branch()).contains("live-2");
    }

    @Test
    void namesAreTakenOnceAndEachVolumeOnceInAGroup() {
        assertThatThrownBy(() -> history.snapshot(order(DB, DB))).isInstanceOf(InvalidTextException.class);
        assertThatThrownBy(() -> history.snapshot(order())).isInstanceOf(InvalidTextException.class);
        assertThatThrownBy(() -> history.snapshot(order(DB, new VolumeName("nobody"))))
                .isInstanceOf(UnknownVolumeException.class);
    }
}
