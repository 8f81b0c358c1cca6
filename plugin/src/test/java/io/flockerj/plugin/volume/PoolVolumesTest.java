package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.TestingStorageDriver.Step;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.volume.TestingRecords.Moment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.ArgumentCaptor;

class PoolVolumesTest {
    private static final VolumeName DB = new VolumeName("db");
    private static final VolumeName ANONYMOUS = new VolumeName("0123456789abcdef".repeat(4));
    private static final MountId ID = new MountId("1");

    @TempDir
    Path directory;

    private TestingPool<TestingMounts> pool;
    private PoolVolumes volumes;

    @BeforeEach
    void setUp() throws IOException {
        pool = TestingPool.inMemory(directory);
        volumes = pool.load();
    }

    private VolumeRecord record(VolumeName name) throws IOException {
        return pool.catalogue().find(name).orElseThrow();
    }

    private Path tree(VolumeName name) throws IOException {
        return pool.driver.path(record(name).tree());
    }

    private List<VolumeName> names() {
        return volumes.list().stream().map(VolumeView::name).toList();
    }

    @Test
    void aVolumeFromARemoteIsClonedFromThere() throws Exception {
        volumes.create(DB, Map.of("from", "nas/db@v1", "size", "1G"));

        ArgumentCaptor<Remotes.CloneOrder> order = ArgumentCaptor.captor();
        verify(volumes.remotes()).clone(order.capture(), any());
        assertThat(order.getValue().place()).isEqualTo("nas/db@v1");
        assertThat(order.getValue().volume()).isEqualTo(DB);
        assertThat(order.getValue().options()).isEqualTo(Map.of("size", "1G"));
    }

    @Test
    void aRemoteThatAVolumeIsToGoToHasToBeThere() throws Exception {
        when(volumes.remotes().show("nas"))
                .thenThrow(new RemoteException(RemoteException.Reason.UNKNOWN, "there is no remote nas"));

        assertThatThrownBy(() -> volumes.create(DB, Map.of("remote", "nas")))
                .isInstanceOf(RemoteException.class)
                .hasMessage("there is no remote nas");
        assertThat(volumes.get(DB)).isEmpty();
    }

    @Test
    void aVolumeThatWasCreatedIsThereAtOnceAndAfterTheNextStart() throws Exception {
        volumes.create(DB, Map.of("size", "1G", "uid", "7"));

        for (PoolVolumes each : List.of(volumes, pool.load())) {
            VolumeView view = each.get(DB).orElseThrow();
            assertThat(view.name()).isEqualTo(DB);
            assertThat(view.createdAt()).isEqualTo(pool.clock.instant());
            assertThat(view.mountPoint()).isEmpty();
            assertThat(each.list()).hasSize(1);
        }
        assertThat(tree(DB)).isEmptyDirectory();
        assertThat(record(DB).tree().id()).isEqualTo(record(DB).id());
        assertThat(record(DB).volumeset().name()).isEqualTo(new Name("db"));
        assertThat(record(DB).volumeset().id()).isNotEqualTo(record(DB).id());
    }

    @Test
    void aVolumeWhoseFilesCannotBeLookedAtIsNotCalledMissing() throws Exception {
        volumes.create(DB, Map.of());
        Path trees = directory.resolve("volumes");
        Files.move(trees, directory.resolve("aside"));
        Files.createSymbolicLink(trees, trees);

        assertThatIOException()
                .isThrownBy(() -> volumes.mount(DB, ID))
                .withMessageContaining("ELOOP")
                .withMessageNotContaining("missing");
    }

    @Test
    void aVolumeWhoseRecordMayNotSurviveIsNotUsedBeforeItDoes() throws Exception {
        pool.records.failFromNowOn(Moment.AFTER);
        assertThatIOException().isThrownBy(() -> volumes.create(DB, Map.of()));

        assertThatIOException().isThrownBy(() -> volumes.create(DB, Map.of()));
        assertThatIOException().isThrownBy(() -> volumes.mount(DB, ID));

        pool.records.failNext(Moment.NEVER);
        volumes.create(DB, Map.of());
        volumes.mount(DB, ID);
        assertThat(pool.load().list()).hasSize(1);
    }

    @Test
    void aVolumeWhoseRemovalMayNotSurviveIsNotDestroyedBeforeItDoes() throws Exception {
        volumes.create(ANONYMOUS, Map.of());
        pool.records.failFromNowOn(Moment.AFTER);
        assertThatIOException().isThrownBy(() -> volumes.remove(ANONYMOUS));

        volumes.tidy();
        assertThat(pool.driver.list()).hasSize(1);

        pool.records.failNext(Moment.NEVER);
        volumes.tidy();
        assertThat(pool.driver.list()).isEmpty();
    }

    @Test
    void theStatusTellsWhatPeopleAsk() throws Exception {
        volumes.create(DB, Map.of("size", "1G"));
        volumes.mount(DB, ID);
        volumes.create(new VolumeName("web"), Map.of());

        assertThat(volumes.get(DB).orElseThrow().status())
                .containsExactly(
                        Map.entry("driver", "testing"),
                        Map.entry("pool", pool.description()),
                        Map.entry("volumeset", "db@000000000002"),
                        Map.entry("branch", "main"),
                        Map.entry("snapshots", 0),
                        Map.entry("bytesUsed", 4096L),
                        Map.entry("sizeLimit", 1L << 30),
                        Map.entry("mountsHeld", 1));
        assertThat(volumes.get(new VolumeName("web")).orElseThrow().status()).containsEntry("sizeLimit", "none");
    }

    @Test
    void theLastKnownUsageIsToldWhenTheDriverFailsToTell() throws Exception {
        volumes.create(DB, Map.of());
        pool.driver.fail(Step.USED_BYTES, 1);
        assertThat(volumes.get(DB).orElseThrow().status()).containsEntry("bytesUsed", "unknown");

        volumes.get(DB);
        pool.driver.fail(Step.USED_BYTES, 1);
        assertThat(volumes.get(DB).orElseThrow().status()).containsEntry("bytesUsed", 4096L);
    }

    @Test
    void creatingAnExistingVolumeChangesNothing() throws Exception {
        volumes.create(DB, Map.of("size", "1G"));
        VolumeRecord before = record(DB);

        volumes.create(DB, Map.of());
        volumes.create(DB, Map.of("size", "1024M"));
        assertThatThrownBy(() -> volumes.create(DB, Map.of("size", "2G")))
                .isInstanceOf(VolumeConflictException.class)
                .hasMessage("volume db exists with other options (size=1G);"
                        + " leave them out to use it as it is, or choose another name");

        assertThat(record(DB)).isEqualTo(before);
        assertThat(pool.driver.list()).hasSize(1);
    }

    @Test
    void badOptionsCreateNothing() throws Exception {
        assertThatThrownBy(() -> volumes.create(DB, Map.of("colour", "blue")))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("This pool (testing) takes: size=10G");

        assertThat(volumes.get(DB)).isEmpty();
        assertThat(pool.driver.list()).isEmpty();
    }

    @Test
    void aPoolThatTakesNoNewVolumesSaysWhyAndStillServesTheOthers() throws Exception {
        volumes.create(DB, Map.of());
        pool.refuse("the pool is full; remove volumes");

        assertThatThrownBy(() -> volumes.create(new VolumeName("web"), Map.of()))
                .isInstanceOf(PoolRefusalException.class)
                .hasMessage("volume web cannot be created: the pool is full; remove volumes");
        volumes.create(DB, Map.of());
        volumes.mount(DB, ID);
        volumes.remove(DB);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CREATE", "CHARGE"})
    void aTreeThatCouldNotBeMadeLeavesNothing(Step step) throws Exception {
        pool.driver.fail(step, 1);

        assertThatIOException().isThrownBy(() -> volumes.create(DB, Map.of()));

        assertThat(volumes.get(DB)).isEmpty();
        assertThat(pool.driver.list()).isEmpty();
        volumes.create(DB, Map.of());
        assertThat(pool.load().list()).hasSize(1);
    }

    @Test
    void aTreeThatCouldNotBeMadeNorTakenAwayGoesToTheTrashAtTheNextStart() throws Exception {
        pool.driver.fail(Step.CHARGE, 1);
        pool.driver.fail(Step.DESTROY, 1);

        assertThatIOException().isThrownBy(() -> volumes.create(DB, Map.of()));
        assertThat(pool.driver.list()).hasSize(1);

        volumes = pool.load();
        pool.clock.advance(TestingPool.KEEP);
        volumes.tidy();
        assertThat(pool.driver.list()).isEmpty();
    }

    @Test
    void aTreeThatIsThereAlreadyIsSomebodyElsesAndIsLeftAlone() throws Exception {
        Path taken = pool.driver.path(new TreeId(pool.nextId()));
        pool = TestingPool.inMemory(directory);
        volumes = pool.load();
        Files.createDirectory(taken);
        Files.writeString(taken.resolve("file"), "data");

        assertThatThrownBy(() -> volumes.create(DB, Map.of())).isInstanceOf(FileAlreadyExistsException.class);

        assertThat(taken.resolve("file")).hasContent("data");
    }

    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"BEFORE", "AFTER"})
    void aVolumeWhoseRecordCouldNotBeWrittenIsNotThereAndCanBeCreatedAgain(Moment moment) throws Exception {
        pool.records.failNext(moment);
        assertThatIOException().isThrownBy(() -> volumes.create(DB, Map.of()));
        assertThat(volumes.get(DB)).isEmpty();
        assertThat(pool.driver.list()).hasSize(moment == Moment.BEFORE ? 0 : 1);

        volumes.create(DB, Map.of());

        VolumeRecord db = record(DB);
        assertThat(pool.load().list()).hasSize(1);
        assertThat(record(DB)).isEqualTo(db);
    }

    @Test
    void aRemovedVolumeIsKeptInTheTrashAndItsNameIsFree() throws Exception {
        volumes.create(DB, Map.of());
        Path first = tree(DB);
        Files.writeString(first.resolve("file"), "data");

        volumes.remove(DB);

        assertThat(volumes.get(DB)).isEmpty();
        assertThat(names()).isEmpty();
        volumes.create(DB, Map.of());
        assertThat(tree(DB)).isNotEqualTo(first).isEmptyDirectory();
        assertThat(first.resolve("file")).hasContent("data");
        assertThat(pool.load().list()).hasSize(1);
    }

    @Test
    void removingAnUnknownVolumeSucceeds() throws Exception {
        volumes.remove(DB);

        assertThat(pool.mounts.looks()).isZero();
    }

    @Test
    void anUnknownVolumeCannotBeMountedAndCanBeUnmounted() throws Exception {
        assertThatThrownBy(() -> volumes.mount(DB, ID))
                .isInstanceOf(UnknownVolumeException.class)
                .hasMessageContaining("there is no volume db in the pool testing:")
                .hasMessageEndingWith("create it with: docker volume create -d flockerj db");
        volumes.unmount(DB, ID);
    }

    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"BEFORE", "AFTER"})
    void aVolumeWhoseRemovalFailedIsStillThere(Moment moment) throws Exception {
        volumes.create(DB, Map.of());
        pool.records.failNext(moment);

        assertThatIOException().isThrownBy(() -> volumes.remove(DB));

        for (PoolVolumes each : List.of(volumes, pool.load())) {
            assertThat(each.get(DB)).isPresent();
            each.mount(DB, ID);
        }
    }

    @Test
    void aVolumeWhoseTreeIsGoneSaysSoAndCanBeRemoved() throws Exception {
        volumes.create(DB, Map.of());
        volumes.mount(DB, ID);
        Files.delete(tree(DB));

        assertThatIOException()
                .isThrownBy(() -> volumes.mount(DB, ID))
                .withMessageStartingWith("the files of volume db are missing from the pool");
        assertThat(volumes.get(DB)).isPresent();
        volumes.remove(DB);

        assertThat(pool.mounts.mounted()).isEmpty();
        volumes.create(DB, Map.of());
        assertThat(volumes.get(DB).orElseThrow().mountPoint()).isEmpty();
    }

    @Test
    void aVolumeThatSomebodyHasMountedIsNotRemoved() throws Exception {
        volumes.create(DB, Map.of());
        pool.mounts.bind("container", volumes.mount(DB, ID));
        volumes.unmount(DB, ID);

        assertThatThrownBy(() -> volumes.remove(DB))
                .isInstanceOf(VolumeInUseException.class)
                .hasMessage("volume db is in use by container; stop what uses it, then the volume can be removed");
        assertThat(volumes.get(DB)).isPresent();

        pool.mounts.release("container");
        volumes.remove(DB);
    }

    @Test
    void aRefusalNamesTheFirstOfManyUsers() throws Exception {
        volumes.create(DB, Map.of());
        for (int i = 10; i < 30; i++) {
            pool.mounts.bind("c" + i, volumes.mount(DB, ID));
        }

        assertThatThrownBy(() -> volumes.remove(DB))
                .hasMessage("volume db is in use by c10, c11, c12, c13, c14 and 15 more;"
                        + " stop what uses it, then the volume can be removed");
    }

    @Test
    void aVolumeThatSomethingWorksInIsNotRemoved() throws Exception {
        volumes.create(DB, Map.of());
        volumes.mount(DB, ID);
        pool.mounts.setBusy(DB, true);

        assertThatThrownBy(() -> volumes.remove(DB))
                .isInstanceOf(VolumeInUseException.class)
                .hasMessageContaining("volume db is in use: something works in " + pool.mounts.point(DB));
        assertThat(volumes.get(DB).orElseThrow().mountPoint()).contains(pool.mounts.point(DB));

        pool.mounts.setBusy(DB, false);
        volumes.remove(DB);
    }

    @Test
    void whoGetsHoldOfAVolumeWhileItIsBeingRemovedKeepsIt() throws Exception {
        volumes.create(DB, Map.of());
        Path point = volumes.mount(DB, ID);
        pool.mounts.beforeDetach(() -> bind("late", point));

        assertThatThrownBy(() -> volumes.remove(DB))
                .isInstanceOf(VolumeInUseException.class)
                .hasMessageContaining("in use by late");

        assertThat(volumes.get(DB).orElseThrow().mountPoint()).contains(point);
        assertThat(volumes.get(DB).orElseThrow().status()).containsEntry("mountsHeld", 1);
        pool.mounts.bind("next", point);
        assertThat(pool.load().get(DB)).isPresent();
    }

    private void bind(String container, Path point) {
        try {
            pool.mounts.bind(container, point);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void nothingIsRemovedWhileItCannotBeToldWhoUsesIt() throws Exception {
        volumes.create(DB, Map.of());
        volumes.mount(DB, ID);
        pool.mounts.fail(1);

        assertThatIOException().isThrownBy(() -> volumes.remove(DB));
        assertThat(volumes.get(DB).orElseThrow().mountPoint()).isPresent();

        volumes.remove(DB);
    }

    @Test
    void whenTheSecondLookFailsTheVolumeIsMountedAgain() throws Exception {
        volumes.create(DB, Map.of());
        Path point = volumes.mount(DB, ID);
        pool.mounts.failAfter(2);

        assertThatIOException().isThrownBy(() -> volumes.remove(DB));

        pool.mounts.bind("container", point);
    }

    @Test
    void anAnonymousVolumeIsDestroyedWithItsRemoval() throws Exception {
        volumes.create(ANONYMOUS, Map.of());
        volumes.remove(ANONYMOUS);

        assertThat(pool.driver.list()).isEmpty();
        assertThat(pool.catalogue().trash()).isEmpty();
    }

    @Test
    void manyRemovalsAskForOneSweep() throws Exception {
        Queue background = new Queue();
        volumes = pool.load(background);
        for (char c = 'a'; c <= 'f'; c++) {
            VolumeName name = new VolumeName(ANONYMOUS.value().replace('0', c));
            volumes.create(name, Map.of());
            volumes.remove(name);
        }
        assertThat(background.tasks).hasSize(1);

        background.runAll();
        assertThat(pool.driver.list()).isEmpty();
        volumes.create(ANONYMOUS, Map.of());
        volumes.remove(ANONYMOUS);
        background.runAll();
        assertThat(pool.driver.list()).isEmpty();
    }

    @Test
    void aRemovalSucceedsWhenThereIsNoThreadToSweepAtOnce() throws Exception {
        ExecutorService none = Executors.newVirtualThreadPerTaskExecutor();
        none.close();
        volumes = pool.load(none);
        volumes.create(ANONYMOUS, Map.of());

        volumes.remove(ANONYMOUS);

        assertThat(volumes.get(ANONYMOUS)).isEmpty();
        volumes.tidy();
        assertThat(pool.driver.list()).isEmpty();
    }

    /** Tasks that wait until somebody runs them. */
    private static final class Queue extends AbstractExecutorService {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

        void runAll() {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void shutdown() {
            tasks.clear();
        }

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    @Test
    void aSizeLimitCanBeChangedAndTakenAway() throws Exception {
        volumes.create(DB, Map.of("size", "1G"));

        volumes.resize(DB, "2G");
        assertThat(pool.driver.limitOf(record(DB).account())).contains(ByteSize.ofGibibytes(2));
        assertThat(volumes.get(DB).orElseThrow().status()).containsEntry("sizeLimit", 2L << 30);

        volumes.resize(DB, "none");
        assertThat(pool.driver.limitOf(record(DB).account())).isEmpty();
        assertThat(record(DB).options().size()).isEmpty();
    }

    @Test
    void aSizeLimitThatCouldNotBeChangedIsAsBefore() throws Exception {
        volumes.create(DB, Map.of("size", "1G"));
        pool.driver.fail(Step.LIMIT, 1);

        assertThatIOException().isThrownBy(() -> volumes.resize(DB, "2G"));

        assertThat(record(DB).options().size()).contains(ByteSize.ofGibibytes(1));
        assertThat(volumes.get(DB).orElseThrow().status()).containsEntry("sizeLimit", 1L << 30);
    }

    @Test
    void anUnknownVolumeCannotBeResized() {
        assertThatThrownBy(() -> volumes.resize(DB, "1G")).isInstanceOf(UnknownVolumeException.class);
    }

    @Test
    void aVolumeWhoseRecordCannotBeReadIsNeverToldToBeMissing() throws Exception {
        volumes.create(DB, Map.of());
        volumes.create(new VolumeName("web"), Map.of());
        Files.writeString(pool.recordDirectory().resolve("db@" + record(DB).id() + ".json"), "damaged");
        volumes = pool.load();

        assertThatThrownBy(() -> volumes.get(DB)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> volumes.create(DB, Map.of())).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> volumes.mount(DB, ID)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> volumes.unmount(DB, ID)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> volumes.remove(DB)).isInstanceOf(UncheckedIOException.class);
        assertThat(names()).containsExactly(new VolumeName("web"));
        assertThat(pool.driver.list()).hasSize(2);
        volumes.tidy();
    }
}
