package io.flockerj.plugin.volume;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.google.common.util.concurrent.MoreExecutors;
import io.flockerj.plugin.history.Histories;
import io.flockerj.plugin.pool.PoolOpener;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TestingStorageDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A pool in a directory, and a host around it whose clock is a fake, and maybe its mounts. Daemons come and go on it: each {@link #load} is
 * another one.
 */
final class TestingPool<H extends TestingHost> extends PoolInDirectory {
    static final Duration KEEP = Duration.ofHours(24);

    final TestingStorageDriver driver;
    final H mounts;
    final TestingRecords records = new TestingRecords();
    final TestingClock clock = new TestingClock();

    private final Path directory;
    private final AtomicInteger ids = new AtomicInteger();
    private volatile Runnable whenAskedForAnId = () -> {};
    private volatile Function<RandomId, Optional<String>> remoteNames = _ -> Optional.empty();
    /** Volumes of other drivers; there are none unless somebody says so. */
    final LocalVolumes local = mock(LocalVolumes.class);

    private @Nullable HistoryExchange exchange;

    /** With mounts that are kept in memory. */
    static TestingPool<TestingMounts> inMemory(Path directory) throws IOException {
        return new TestingPool<>(directory, new TestingMounts(directory.resolve("mounts")));
    }

    TestingPool(Path directory, H host) throws IOException {
        super(directory);
        this.directory = directory;
        this.driver = new TestingStorageDriver(Files.createDirectories(directory.resolve("volumes")));
        this.mounts = host;
        Files.createDirectories(recordDirectory());
        Files.createDirectories(directory.resolve(PoolOpener.SNAPSHOTS));
        Files.createDirectories(directory.resolve(PoolOpener.VOLUMESETS));
        driver.onDestroy(this::refuseIfMounted);
    }

    private void refuseIfMounted(Path tree) {
        try {
            if (mounts.isAnywhere(tree)) {
                throw new AssertionError(tree + " is destroyed while it is mounted");
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Path recordDirectory() {
        return directory.resolve(PoolOpener.RECORDS);
    }

    /** Ids that count up, each with digits of its own from the first on. */
    RandomId nextId() {
        Runnable asked = whenAskedForAnId;
        whenAskedForAnId = () -> {};
        asked.run();
        int number = ids.incrementAndGet();
        return new RandomId(String.format("%012x%020x", number, number));
    }

    /** Lets the daemon know what remotes are called. */
    void remoteNames(Function<RandomId, Optional<String>> names) {
        remoteNames = names;
    }

    /** Lets its ids be others than those of another pool. */
    void startIdsAt(int number) {
        ids.set(number);
    }

    /** Does something when somebody needs an id the next time: in the midst of what makes something. */
    void whenAskedForAnId(Runnable action) {
        whenAskedForAnId = action;
    }

    /** Starts a daemon whose background work is done by whoever asks for it. */
    PoolVolumes load() throws IOException {
        return load(MoreExecutors.newDirectExecutorService());
    }

    PoolVolumes load(ExecutorService background) throws IOException {
        return PoolVolumes.load(
                this,
                new PoolVolumes.Setting(
                        directory.resolve("mounts"),
                        Path.of("/proc"),
                        KEEP,
                        clock,
                        this::nextId,
                        background,
                        this::remotes),
                new PoolVolumes.Outside(mounts, mounts, records));
    }

    private Remotes remotes(HistoryExchange given) {
        exchange = given;
        Remotes remotes = mock(Remotes.class);
        when(remotes.local()).thenReturn(local);
        when(remotes.nameOf(any())).thenAnswer(asked -> remoteNames.apply(asked.getArgument(0)));
        return remotes;
    }

    /** What the daemon that was started last offers to those who carry histories about. */
    HistoryExchange exchange() {
        return Objects.requireNonNull(exchange);
    }

    Catalogue catalogue() throws IOException {
        return Catalogue.load(recordDirectory(), records);
    }

    Histories histories() throws IOException {
        return Histories.load(
                directory.resolve(PoolOpener.SNAPSHOTS), directory.resolve(PoolOpener.VOLUMESETS), records);
    }

    /** What is in it by a catalogue that is not a daemon's. */
    Contents contents(Catalogue catalogue) throws IOException {
        return new Contents(
                this,
                driver,
                catalogue,
                histories(),
                StagedTrees.load(directory, records, driver),
                new VolumeLocks(Duration.ofSeconds(1)),
                new TreeUse(driver));
    }

    @Override
    public StorageDriver driver() {
        return driver;
    }
}
