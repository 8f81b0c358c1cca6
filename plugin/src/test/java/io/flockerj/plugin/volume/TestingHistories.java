package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The histories of a pool in a directory, for tests of those who carry histories about. */
public final class TestingHistories {
    private static final AtomicInteger POOLS = new AtomicInteger();

    private final TestingPool<TestingMounts> pool;
    private PoolVolumes volumes;

    private TestingHistories(TestingPool<TestingMounts> pool) throws IOException {
        this.pool = pool;
        this.volumes = pool.load();
    }

    /**
     * A pool in a directory.
     *
     * @param directory is empty
     */
    public static TestingHistories in(Path directory) throws IOException {
        TestingPool<TestingMounts> pool = TestingPool.inMemory(directory);
        pool.startIdsAt(POOLS.incrementAndGet() << 16);
        return new TestingHistories(pool);
    }

    /** Lets the pool have so much room. */
    public void room(long bytes) {
        pool.room(bytes);
    }

    /** Lets the daemon's views name these remotes. */
    public void remotes(Remotes remotes) {
        pool.remoteNames(remotes::nameOf);
    }

    /** Lets time pass. */
    public void pass(Duration time) {
        pool.clock.advance(time);
    }

    /** How many trees there are, of volumes, snapshots and else. */
    public int trees() throws IOException {
        return pool.driver.list().size();
    }

    /** Lets a new daemon load what is there. */
    public void restart() throws IOException {
        volumes = pool.load();
    }

    public Path directory() {
        return pool.directory();
    }

    public HistoryExchange exchange() {
        return pool.exchange();
    }

    public Clock clock() {
        return pool.clock;
    }

    public RandomId nextId() {
        return pool.nextId();
    }

    public PoolVolumes volumes() {
        return volumes;
    }

    public void create(String volume) throws RefusedException, IOException {
        volumes.create(new VolumeName(volume), Map.of());
    }

    /** Writes a file into a volume. */
    public void write(String volume, String file, String content) throws IOException {
        Files.writeString(tree(volume).resolve(file), content);
    }

    /** Where the files of a volume lie. */
    public Path tree(String volume) throws IOException {
        return pool.driver.path(
                pool.catalogue().find(new VolumeName(volume)).orElseThrow().tree());
    }

    /** Where the files of a snapshot lie. */
    public Path tree(Snapshot snapshot) {
        return pool.driver.path(snapshot.tree().orElseThrow());
    }

    public Snapshot snapshot(String volume) throws RefusedException, IOException {
        return snapshot(volume, "");
    }

    /** Takes one with a message, if that is not empty. */
    public Snapshot snapshot(String volume, String message) throws RefusedException, IOException {
        pool.clock.advance(Duration.ofMinutes(1));
        SnapshotView taken = volumes.history()
                .snapshot(new SnapshotOrder(
                        List.of(new VolumeName(volume)),
                        Optional.of(message).filter(text -> !text.isEmpty()),
                        Optional.empty(),
                        Map.of(),
                        Optional.empty(),
                        false))
                .getFirst();
        return find(new RandomId(taken.id())).orElseThrow();
    }

    /** A snapshot as its record tells of it. */
    public Optional<Snapshot> find(RandomId snapshot) throws IOException {
        return pool.histories().find(snapshot);
    }
}
