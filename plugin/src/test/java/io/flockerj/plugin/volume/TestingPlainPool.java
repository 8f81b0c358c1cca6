package io.flockerj.plugin.volume;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.google.common.util.concurrent.MoreExecutors;
import io.flockerj.plugin.pool.Pool;
import io.flockerj.plugin.pool.PoolOpener;
import io.flockerj.plugin.shelf.ShelvingPool;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.plain.PlainDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A pool of plain directories, whose snapshots are real, on a host whose mounts are kept in memory. Each {@link #load} is another daemon. */
final class TestingPlainPool {
    final TestingMounts mounts;
    final TestingClock clock = new TestingClock();
    final TestingRecords records = new TestingRecords();
    final Supplier<RandomId> ids = RandomId.source(new SecureRandom());

    private final Path directory;
    private final Plain plain;
    private Runnable beforeWork = () -> {};
    private @Nullable Pool shelving;
    private @Nullable HistoryExchange exchange;

    TestingPlainPool(Path directory) throws IOException {
        this.directory = directory;
        this.plain = new Plain(directory);
        this.mounts = new TestingMounts(directory.resolve("mounts"));
        Files.createDirectories(directory.resolve("volumes"));
        Files.createDirectories(directory.resolve(PoolOpener.RECORDS));
        Files.createDirectories(directory.resolve(PoolOpener.SNAPSHOTS));
        Files.createDirectories(directory.resolve(PoolOpener.VOLUMESETS));
    }

    PoolVolumes load() throws IOException {
        Pool pool = ShelvingPool.over(plain, new ShelvingPool.Setting(Path.of("/proc"), ids, clock, this::work));
        shelving = pool;
        return PoolVolumes.load(
                pool,
                new PoolVolumes.Setting(
                        directory.resolve("mounts"),
                        Path.of("/proc"),
                        TestingPool.KEEP,
                        clock,
                        ids,
                        MoreExecutors.newDirectExecutorService(),
                        this::remotes),
                new PoolVolumes.Outside(mounts, useCheck(), records));
    }

    /** Asks the kernel too, which has to find every path that it is asked about. */
    private UseCheck useCheck() throws IOException {
        UseCheck kernel =
                new MountTableUseCheck(Path.of("/proc"), Files.createDirectories(directory.resolve("mounts")));
        return new UseCheck() {
            @Override
            public List<String> users(Path tree) throws IOException {
                return Stream.concat(kernel.users(tree).stream(), mounts.users(tree).stream())
                        .toList();
            }

            @Override
            public List<String> otherUsers(VolumeName name, Path tree) throws IOException {
                return Stream.concat(kernel.otherUsers(name, tree).stream(), mounts.otherUsers(name, tree).stream())
                        .toList();
            }
        };
    }

    private Remotes remotes(HistoryExchange given) {
        exchange = given;
        Remotes remotes = mock(Remotes.class);
        when(remotes.local()).thenReturn(mock(LocalVolumes.class));
        return remotes;
    }

    /** Of the daemon that was started last. */
    HistoryExchange exchange() {
        return Objects.requireNonNull(exchange);
    }

    /** Of the daemon that was started last. */
    StorageDriver driver() {
        return Objects.requireNonNull(shelving).driver();
    }

    /** Does something once, as soon as what is read is written to the repository. */
    void beforeWork(Runnable action) {
        beforeWork = action;
    }

    private void work(Runnable work) {
        Runnable before = beforeWork;
        beforeWork = () -> {};
        before.run();
        work.run();
    }

    Catalogue catalogue() throws IOException {
        return Catalogue.load(directory.resolve(PoolOpener.RECORDS), records);
    }

    void room(long bytes) {
        plain.room(bytes);
    }

    /** What is in the part of the pool that is for snapshots. */
    Path store() {
        return directory.resolve("store");
    }

    private static final class Plain extends PoolInDirectory {
        private final StorageDriver driver;

        Plain(Path directory) {
            super(directory);
            driver = new PlainDriver(directory.resolve("volumes"));
        }

        @Override
        public StorageDriver driver() {
            return driver;
        }
    }
}
