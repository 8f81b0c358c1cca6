package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.Copies;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.Snapshotting;
import io.flockerj.plugin.storage.TreeId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes of a pool whose snapshots are no directories. */
@Tag("root")
class PlainVolumesTest {
    private static final VolumeName DB = new VolumeName("db");
    private static final VolumeName OTHER = new VolumeName("other");

    /** Much less than the patience of who waits for his turn, after which he is refused. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private TestingPlainPool pool;
    private PoolVolumes volumes;

    @BeforeEach
    void setUp() throws Exception {
        pool = new TestingPlainPool(directory);
        volumes = pool.load();
        volumes.create(DB, Map.of(), ZoneOffset.UTC, Progress.IGNORED);
        Files.writeString(mounted(DB).resolve("file"), "text");
    }

    /** Where the files of a volume are that is mounted. */
    private Path mounted(VolumeName name) throws RefusedException, IOException {
        return pool.mounts.bind("container", volumes.mount(name, new MountId("engine")));
    }

    private TreeId snapshot() throws RefusedException, IOException {
        return snapshot(Progress.IGNORED);
    }

    private TreeId snapshot(Progress progress) throws RefusedException, IOException {
        SnapshotOrder order =
                new SnapshotOrder(List.of(DB), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), false);
        SnapshotView taken = volumes.history().snapshot(order, progress).getFirst();
        return new TreeId(new RandomId(taken.id()));
    }

    private Copies copies() {
        return ((Shelving) pool.driver()).copies();
    }

    private String read(String ref) throws RefusedException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        volumes.files().read(ref, ZoneOffset.UTC, "/file").writeTo(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsReadInASnapshotGoesAgainUnlessSomebodyHasItMounted() throws Exception {
        TreeId snapshot = snapshot();
        assertThat(read("db@latest")).isEqualTo("text");
        Path copy = pool.driver().path(snapshot);
        pool.mounts.bind("debugger", pool.mounts.attach(OTHER, copy));
        pool.mounts.detach(OTHER);

        volumes.tidy();
        volumes.tidy();
        assertThat(copy.resolve("file")).hasContent("text");

        pool.mounts.release("debugger");
        volumes.tidy();
        assertThat(copies().broughtOut()).isEmpty();
        assertThat(pool.store().resolve("copies")).isEmptyDirectory();
        assertThat(read("db@latest")).isEqualTo("text");
    }

    @Test
    void aSnapshotIsDestroyedWhetherOrNotItIsBroughtOut() throws Exception {
        TreeId first = snapshot();
        TreeId second = snapshot();
        assertThat(read("db@latest")).isEqualTo("text");
        volumes.history().removeSnapshot(first.id().hex());
        volumes.history().removeSnapshot(second.id().hex());

        assertThat(volumes.history().emptyTrash(Progress.IGNORED).destroyed()).isEqualTo(2);

        assertThat(pool.driver().exists(first)).isFalse();
        assertThat(pool.driver().exists(second)).isFalse();
    }

    /** What an interruption leaves of a snapshot: a tree that no record names, which another daemon finds. */
    private VolumeHistory.TrashView unnamed() throws Exception {
        TreeId live = pool.catalogue().volumes().iterator().next().tree();
        ((Snapshotting) pool.driver()).snapshot(live, new TreeId(pool.ids.get()));
        volumes = pool.load();
        return volumes.history().trash().getFirst();
    }

    @Test
    void aSnapshotWithoutRecordComesBackAsAVolumeThatKeepsWhatIsWrittenToIt() throws Exception {
        VolumeHistory.TrashView found = unnamed();
        VolumeName name = new VolumeName(found.name());

        volumes.history().restore(found.id(), Optional.empty());
        Path root = mounted(name);
        assertThat(root.resolve("file")).hasContent("text");
        Files.writeString(root.resolve("new"), "written");
        for (int minute = 0; minute < 3; minute++) {
            volumes.tidy();
        }

        assertThat(root.resolve("new")).hasContent("written");
        assertThat(volumes.history().trash()).isEmpty();
        volumes = pool.load();
        assertThat(mounted(name).resolve("new")).hasContent("written");
        // The snapshot itself stays: its record may be brought back.
        assertThat(volumes.history().trash()).hasSize(1);
    }

    @Test
    void aSnapshotWithoutRecordComesBackUnderAnotherNameToo() throws Exception {
        VolumeHistory.TrashView found = unnamed();

        volumes.history().restore(found.id(), Optional.of("other"));

        assertThat(mounted(OTHER).resolve("file")).hasContent("text");
        assertThat(volumes.history().trash()).hasSize(1);
    }

    @Test
    void aSnapshotIsNeverMountedAsAVolume() throws Exception {
        TreeId snapshot = snapshot();
        VolumeRecord db = pool.catalogue().volumes().iterator().next();
        RandomId id = pool.ids.get();
        pool.catalogue()
                .put(new VolumeRecord(
                        id,
                        OTHER,
                        db.volumeset(),
                        new Branch(id, new Name("other")),
                        snapshot,
                        db.createdAt(),
                        db.options(),
                        Optional.empty()));
        volumes = pool.load();
        read("db@latest");

        assertThatIOException()
                .isThrownBy(() -> volumes.mount(OTHER, new MountId("engine")))
                .withMessageContaining("its record names a snapshot")
                .withMessageContaining("fli trash restore other");
        assertThat(pool.mounts.mounted()).doesNotContain(OTHER);
    }

    @Test
    void aCloneForWhichThereIsNoRoomIsRefusedAndLeavesNothing() throws Exception {
        snapshot();
        List<TreeId> before = pool.driver().list();
        pool.room(4096);

        assertThatThrownBy(() -> volumes.create(OTHER, Map.of("from", "db@latest"), ZoneOffset.UTC, Progress.IGNORED))
                .isInstanceOf(PoolRefusalException.class)
                .hasMessageContaining("room for 4K")
                .hasMessageContaining("fli trash empty");
        assertThatThrownBy(() -> read("db@latest")).isInstanceOf(PoolRefusalException.class);

        assertThat(pool.driver().list()).hasSameElementsAs(before);
        assertThat(volumes.get(OTHER)).isEmpty();
    }

    /** In another thread, for which turns of this one are not its own. Fails if it has to wait. */
    private static void elsewhere(Callable<?> work) {
        ExecutorService other = Executors.newVirtualThreadPerTaskExecutor();
        try {
            other.submit(work).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("somebody had to wait", e);
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void nobodyWaitsForACloneOfWhatHeWorksOn() throws Exception {
        snapshot();
        AtomicInteger taken = new AtomicInteger();
        Progress whileCloning = new AtReport(() -> elsewhere(() -> {
            volumes.mount(DB, new MountId("second"));
            taken.incrementAndGet();
            return snapshot();
        }));

        volumes.create(OTHER, Map.of("from", "db@latest"), ZoneOffset.UTC, whileCloning);

        assertThat(taken).hasValue(1);
        assertThat(mounted(OTHER).resolve("file")).hasContent("text");
    }

    @Test
    void nobodyWaitsForARollbackThatIsPrepared() throws Exception {
        snapshot();
        volumes.unmount(DB, new MountId("engine"));
        pool.mounts.release("container");
        AtomicInteger taken = new AtomicInteger();
        Progress whilePreparing = new AtReport(() -> elsewhere(() -> {
            Files.writeString(mounted(DB).resolve("late"), "written meanwhile");
            volumes.unmount(DB, new MountId("engine"));
            pool.mounts.release("container");
            return taken.incrementAndGet();
        }));

        volumes.history().rollback("db@latest", ZoneOffset.UTC, Optional.empty(), whilePreparing);

        assertThat(taken).hasValue(1);
        assertThat(mounted(DB).resolve("file")).hasContent("text");
        assertThat(mounted(DB).resolve("late")).doesNotExist();
        volumes.create(OTHER, Map.of("from", "db@latest~1"), ZoneOffset.UTC, Progress.IGNORED);
        assertThat(mounted(OTHER).resolve("late")).hasContent("written meanwhile");
    }

    @Test
    void theDifferenceOfTwoSnapshotsIsTold() throws Exception {
        Path root = mounted(DB);
        Files.writeString(root.resolve("tiny"), "1");
        snapshot();
        Files.writeString(root.resolve("file"), "more");
        Files.delete(root.resolve("tiny"));
        Files.writeString(Files.createDirectory(root.resolve("made")).resolve("here"), "new");
        TreeId second = snapshot();

        List<String> changed = new ArrayList<>();
        volumes.files()
                .changes("db@latest~1", Optional.of("db@" + second.id().hex()), ZoneOffset.UTC, List.of())
                .forEach(change -> changed.add(change.path()));

        assertThat(changed).containsExactlyInAnyOrder("file", "made", "made/here", "tiny");
    }

    @Test
    void nobodyWaitsForADifference() throws Exception {
        snapshot();
        Files.write(mounted(DB).resolve("large"), new byte[8 << 20]);
        AtomicInteger taken = new AtomicInteger();
        pool.beforeWork(() -> elsewhere(() -> {
            taken.incrementAndGet();
            return volumes.mount(DB, new MountId("second"));
        }));

        List<String> changed = new ArrayList<>();
        volumes.files()
                .changes("db@latest", Optional.empty(), ZoneOffset.UTC, List.of())
                .forEach(change -> changed.add(change.path()));

        assertThat(changed).contains("large");
        assertThat(taken).hasValue(1);
    }

    @Test
    void nobodyWaitsForACopyOutOfTheTrash() throws Exception {
        Files.writeString(mounted(DB).resolve("more"), "in no snapshot");
        pool.mounts.release("container");
        volumes.unmount(DB, new MountId("engine"));
        volumes.remove(DB);
        volumes.create(DB, Map.of(), ZoneOffset.UTC, Progress.IGNORED);
        AtomicInteger taken = new AtomicInteger();
        pool.beforeWork(() -> elsewhere(() -> {
            taken.incrementAndGet();
            return volumes.mount(DB, new MountId("second"));
        }));

        volumes.history().restore("db", Optional.of("other"));

        assertThat(taken).hasValue(1);
        assertThat(mounted(OTHER).resolve("file")).hasContent("text");
    }

    /** Writes a large file when a snapshot has been prepared, and does something when that is then read. */
    private Progress whileReadAgain(Callable<?> work) {
        return new AtPhase("snapshotting", () -> {
            try {
                Files.write(directory.resolve("large"), new byte[8 << 20]);
                Files.move(
                        directory.resolve("large"), pool.driver().path(live()).resolve("large"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            pool.beforeWork(() -> elsewhere(work));
        });
    }

    private TreeId live() throws IOException {
        return pool.catalogue().volumes().iterator().next().tree();
    }

    @Test
    void nobodyWaitsForWhatASnapshotReadsAgain() throws Exception {
        AtomicInteger done = new AtomicInteger();

        snapshot(whileReadAgain(() -> {
            volumes.mount(DB, new MountId("second"));
            volumes.unmount(DB, new MountId("second"));
            assertThat(volumes.get(DB)).isPresent();
            return done.incrementAndGet();
        }));

        assertThat(done).hasValue(1);
        volumes.create(OTHER, Map.of("from", "db@latest"), ZoneOffset.UTC, Progress.IGNORED);
        assertThat(mounted(OTHER).resolve("large")).hasSize(8 << 20);
    }

    @Test
    void aSnapshotOfAVolumeThatIsRemovedMeanwhileIsRefusedAndLeavesNothing() throws Exception {
        pool.mounts.release("container");
        volumes.unmount(DB, new MountId("engine"));
        List<TreeId> before = pool.driver().list();

        assertThatThrownBy(() -> snapshot(whileReadAgain(() -> {
                    volumes.remove(DB);
                    volumes.create(DB, Map.of(), ZoneOffset.UTC, Progress.IGNORED);
                    return live();
                })))
                .isInstanceOf(VolumeConflictException.class)
                .hasMessageContaining("take it again");

        assertThat(pool.driver().list()).hasSize(before.size() + 1).containsAll(before);
    }

    @Test
    void aSnapshotOfWhatIsBeingReadFollowsTheOneThatReadsIt() throws Exception {
        ExecutorService other = Executors.newVirtualThreadPerTaskExecutor();
        List<Future<TreeId>> second = new ArrayList<>();
        TreeId first = snapshot(whileReadAgain(() -> second.add(other.submit(() -> snapshot()))));

        TreeId last = second.getFirst().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(volumes.history().resolve("db@latest", ZoneOffset.UTC).id())
                .isEqualTo(last.id().hex());
        assertThat(volumes.history().resolve("db@latest~1", ZoneOffset.UTC).id())
                .isEqualTo(first.id().hex());
        other.close();
    }

    @Test
    void whoWantsAVolumeThatIsBeingRolledBackIsToldAtOnce() throws Exception {
        snapshot();
        volumes.unmount(DB, new MountId("engine"));
        pool.mounts.release("container");
        AtomicInteger refused = new AtomicInteger();

        volumes.history().rollback("db@latest", ZoneOffset.UTC, Optional.empty(), whileReadAgain(() -> {
            assertThatThrownBy(() -> volumes.mount(DB, new MountId("second")))
                    .isInstanceOf(VolumeBusyException.class)
                    .hasMessageContaining("is being rolled back");
            assertThatThrownBy(() ->
                            volumes.files().copy("db@latest", ZoneOffset.UTC, "/file", DB, "/more", Progress.IGNORED))
                    .isInstanceOf(VolumeBusyException.class);
            return refused.incrementAndGet();
        }));

        assertThat(refused).hasValue(1);
        assertThat(mounted(DB).resolve("large")).doesNotExist();
        volumes.create(OTHER, Map.of("from", "db@latest~1"), ZoneOffset.UTC, Progress.IGNORED);
        assertThat(mounted(OTHER).resolve("large")).hasSize(8 << 20);
    }

    @Test
    void aSnapshotTellsWhichFilesWereNeverAtRest() throws Exception {
        Path file = mounted(DB).resolve("file");
        Progress writing = new WhenRead(() -> Files.writeString(file, "more", StandardOpenOption.APPEND));
        SnapshotView.TornView torn = new SnapshotView.TornView(1, List.of("/file"));

        TreeId taken = snapshot(writing);
        assertThat(resolved(taken).torn()).contains(torn);
        volumes = pool.load();
        assertThat(resolved(taken).torn()).contains(torn);

        volumes.unmount(DB, new MountId("engine"));
        pool.mounts.release("container");
        RollbackOutcome back = volumes.history().rollback("db@" + taken.id().hex(), ZoneOffset.UTC, Optional.empty());
        assertThat(back.safety().torn()).isEmpty();
        assertThat(back.snapshot().torn()).contains(torn);
    }

    @Test
    void aRollbackWhoseSafetySnapshotIsTornLeavesTheVolumeAsItIs() throws Exception {
        snapshot();
        Path file = pool.driver().path(live()).resolve("file");
        volumes.unmount(DB, new MountId("engine"));
        pool.mounts.release("container");
        TreeId before = live();
        Progress writing = new WhenRead(() -> Files.writeString(file, "more", StandardOpenOption.APPEND));

        assertThatThrownBy(() -> volumes.history().rollback("db@latest", ZoneOffset.UTC, Optional.empty(), writing))
                .isInstanceOf(VolumeInUseException.class)
                .hasMessageContaining("a file changed each time it was read, /file")
                .hasMessageContaining("fli clone db@");

        assertThat(live()).isEqualTo(before);
        assertThat(file).content().startsWith("textmore");
        assertThat(volumes.history().resolve("db@latest", ZoneOffset.UTC).torn())
                .isPresent();
        volumes.history().rollback("db@latest~1", ZoneOffset.UTC, Optional.empty());
        assertThat(mounted(DB).resolve("file")).hasContent("text");
    }

    /** They are not destroyed, but lost, and may come back from a backup. */
    @Test
    void whereNoSnapshotIsLeftNoneIsTakenForDestroyed() throws Exception {
        TreeId first = snapshot();
        TreeId second = snapshot();
        volumes.history().removeSnapshot(first.id().hex());
        Path commits = config().resolveSibling("commits");
        Path lost = directory.resolve("lost");
        Files.move(commits, lost);

        volumes = pool.load();
        assertThat(pool.driver().list()).doesNotContain(first, second);
        Files.move(lost, commits);
        volumes = pool.load();
        assertThat(resolved(second).id()).isEqualTo(second.id().hex());
        volumes.history().restore(first.id().hex(), Optional.empty());
        assertThat(resolved(first).id()).isEqualTo(first.id().hex());
    }

    private SnapshotView resolved(TreeId snapshot) throws RefusedException {
        return volumes.history().resolve("db@" + snapshot.id().hex(), ZoneOffset.UTC);
    }

    /** Does something each time that a part of a file was read. */
    private record WhenRead(Callable<?> work) implements Progress {
        @Override
        public void phase(String word) {}

        @Override
        public void expect(long bytes, long entries) {}

        @Override
        public void add(long bytes, long entries) {
            try {
                if (bytes > 0) {
                    work.call();
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private Path repository() {
        return pool.store().resolve("repository");
    }

    private Path config() {
        return repository().resolve("volumesets").resolve("f".repeat(32)).resolve("config");
    }

    /** Damages what a repository cannot be opened without, and starts another daemon. */
    private byte[] damage() throws Exception {
        byte[] whole = Files.readAllBytes(config());
        Files.writeString(config(), "damaged");
        volumes = pool.load();
        return whole;
    }

    @Test
    void volumesAreUsedAsEverWhileSnapshotsCannotBeRead() throws Exception {
        snapshot();
        damage();

        Files.writeString(mounted(DB).resolve("more"), "written");
        volumes.create(OTHER, Map.of(), ZoneOffset.UTC, Progress.IGNORED);
        Files.writeString(mounted(OTHER).resolve("new"), "too");
        assertThat(read("db@live")).isEqualTo("text");
        pool.mounts.release("container");
        volumes.unmount(OTHER, new MountId("engine"));
        volumes.remove(OTHER);
        volumes.history().emptyTrash(Progress.IGNORED);

        assertThat(mounted(DB).resolve("more")).hasContent("written");
        assertThat(volumes.history().trash()).isEmpty();
        assertThat(((Shelving) pool.driver()).directories()).containsExactly(live());
    }

    @Test
    void whatNeedsSnapshotsThatCannotBeReadIsRefusedWithTheRemedy() throws Exception {
        snapshot();
        damage();

        for (ThrowingCallable work : List.<ThrowingCallable>of(
                () -> snapshot(),
                () -> volumes.create(OTHER, Map.of("from", "db@latest"), ZoneOffset.UTC, Progress.IGNORED),
                () -> volumes.history().rollback("db@latest", ZoneOffset.UTC, Optional.empty()),
                () -> volumes.files().changes("db@latest", Optional.empty(), ZoneOffset.UTC, List.of()),
                () -> read("db@latest"))) {
            assertThatThrownBy(work)
                    .hasMessageContaining("cannot be read")
                    .hasMessageContaining("bring " + repository() + " back");
        }
        assertThat(volumes.pool().snapshotsRefusal())
                .hasValueSatisfying(why -> assertThat(why).contains(repository().toString()));
        assertThat(volumes.pool().refusal()).isEmpty();
        assertThat(volumes.examine())
                .singleElement()
                .satisfies(found -> assertThat(found.id()).isEqualTo("snapshots-unreadable"));
        assertThat(config()).hasContent("damaged");
    }

    @Test
    void snapshotsThatCanBeReadAgainAreThereWithoutAnotherStart() throws Exception {
        snapshot();
        byte[] whole = damage();
        assertThatThrownBy(this::snapshot).isInstanceOf(SnapshotsUnreadableException.class);

        Files.write(config(), whole);
        snapshot();

        assertThat(read("db@latest~1")).isEqualTo("text");
        assertThat(volumes.pool().snapshotsRefusal()).isEmpty();
        assertThat(volumes.examine()).isEmpty();
    }

    @Test
    void noSnapshotIsTakenForDestroyedWhileNoneCanBeRead() throws Exception {
        TreeId first = snapshot();
        snapshot();
        volumes.history().removeSnapshot(first.id().hex());
        byte[] whole = damage();
        assertThat(volumes.history().emptyTrash(Progress.IGNORED).destroyed()).isZero();

        Files.write(config(), whole);
        volumes.history().restore(first.id().hex(), Optional.empty());

        assertThat(read("db@" + first.id().hex())).isEqualTo("text");
    }

    @Test
    void aRepositoryThatIsGoneIsNotMadeAnew() throws Exception {
        snapshot();
        Files.move(repository(), directory.resolve("elsewhere"));
        volumes = pool.load();

        assertThatThrownBy(this::snapshot)
                .isInstanceOf(SnapshotsUnreadableException.class)
                .hasMessageContaining("the directory is gone");
        assertThat(mounted(DB).resolve("file")).hasContent("text");

        assertThat(repository()).doesNotExist();
        Files.move(directory.resolve("elsewhere"), repository());
        assertThat(read("db@latest")).isEqualTo("text");
    }

    @Test
    void aSnapshotTellsHowFarItIsToItsEnd() throws Exception {
        snapshot();
        Told told = new Told();

        snapshot(told);

        // Its root and its file, twice.
        assertThat(told.entries).isEqualTo(told.expected).isPositive();
        assertThat(told.phases).containsExactly("reading", "snapshotting");
    }

    /** What is told of some work. */
    private static final class Told implements Progress {
        private final List<String> phases = new ArrayList<>();
        private long entries;
        private long expected;

        @Override
        public void phase(String word) {
            phases.add(word);
        }

        @Override
        public void expect(long bytes, long ofEntries) {
            expected = ofEntries;
        }

        @Override
        public void add(long bytes, long more) {
            entries += more;
        }
    }

    /** Does something when a phase begins. */
    private record AtPhase(String phase, Runnable action) implements Progress {
        @Override
        public void phase(String word) {
            if (word.equals(phase)) {
                action.run();
            }
        }

        @Override
        public void expect(long bytes, long entries) {}

        @Override
        public void add(long bytes, long entries) {}
    }

    /** Does something at the first report. */
    private static final class AtReport implements Progress {
        private final Runnable action;
        private boolean isDone;

        AtReport(Runnable action) {
            this.action = action;
        }

        @Override
        public void phase(String word) {}

        @Override
        public void expect(long bytes, long entries) {}

        @Override
        public void add(long bytes, long entries) {
            if (!isDone) {
                isDone = true;
                action.run();
            }
        }
    }
}
