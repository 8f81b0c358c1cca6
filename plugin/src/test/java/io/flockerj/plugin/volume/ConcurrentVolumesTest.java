package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls for the same volumes at once, as engines make them. That nothing mounted is ever destroyed is seen to by {@link TestingPool}. */
class ConcurrentVolumesTest {
    private static final int ENGINES = 8;
    private static final int ROUNDS = 150;
    private static final List<VolumeName> NAMES =
            List.of(new VolumeName("a"), new VolumeName("b"), new VolumeName("0123456789abcdef".repeat(4)));

    @TempDir
    Path directory;

    private final long seed = System.nanoTime();
    private final AtomicInteger containers = new AtomicInteger();

    /** An engine removes no volume that a container of its own has. */
    private final Map<VolumeName, ReadWriteLock> references = Map.of(
            NAMES.get(0), new ReentrantReadWriteLock(),
            NAMES.get(1), new ReentrantReadWriteLock(),
            NAMES.get(2), new ReentrantReadWriteLock());

    @Test
    void aContainerGetsTheVolumeThatMountHasAnswered() throws Exception {
        TestingPool<TestingMounts> pool = TestingPool.inMemory(directory);
        PoolVolumes volumes = pool.load();

        atOnce(random -> {
            VolumeName name = NAMES.get(random.nextInt(NAMES.size()));
            switch (random.nextInt(8)) {
                case 0 -> locked(Objects.requireNonNull(references.get(name)).writeLock(), () -> volumes.remove(name));
                case 1 -> volumes.tidy();
                default ->
                    locked(Objects.requireNonNull(references.get(name)).readLock(), () -> {
                        volumes.create(name, Map.of());
                        run(pool, volumes, name);
                    });
            }
        });

        assertThat(pool.mounts.mounted()).as("seed %d", seed).isEmpty();
        for (VolumeName name : NAMES) {
            volumes.remove(name);
        }
        pool.clock.advance(TestingPool.KEEP);
        volumes.tidy();
        assertThat(pool.driver.list()).as("seed %d", seed).isEmpty();
    }

    @Test
    void ofTwoEnginesThatKnowNothingOfEachOtherNoneIsGivenAnythingButTheVolume() throws Exception {
        TestingPool<TestingMounts> pool = TestingPool.inMemory(directory);
        PoolVolumes volumes = pool.load();

        atOnce(random -> {
            VolumeName name = NAMES.get(random.nextInt(NAMES.size()));
            try {
                switch (random.nextInt(8)) {
                    case 0, 1 -> volumes.remove(name);
                    case 2 -> volumes.tidy();
                    case 3 -> pool.clock.advance(Duration.ofHours(1));
                    default -> {
                        volumes.create(name, Map.of());
                        run(pool, volumes, name);
                    }
                }
            } catch (VolumeInUseException | UnknownVolumeException | NoSuchFileException e) {
                assertThat(e).hasMessageContaining(name.value());
            }
        });

        assertThat(pool.load().list()).as("seed %d", seed).hasSameSizeAs(volumes.list());
    }

    /** A container from start to end, which writes into the volume and finds that again. */
    private void run(TestingPool<TestingMounts> pool, PoolVolumes volumes, VolumeName name) throws Exception {
        String container = "container-" + containers.incrementAndGet();
        MountId id = new MountId(container);
        Path point = volumes.mount(name, id);
        try {
            Path tree = pool.mounts.bind(container, point);
            Files.writeString(tree.resolve(container), container);
            assertThat(tree.resolve(container)).as("seed %d", seed).hasContent(container);
        } finally {
            pool.mounts.release(container);
            volumes.unmount(name, id);
        }
    }

    private static void locked(Lock lock, Step step) throws Exception {
        lock.lock();
        try {
            step.run();
        } finally {
            lock.unlock();
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private interface Round {
        void run(Random random) throws Exception;
    }

    private void atOnce(Round round) throws Exception {
        List<Future<Boolean>> ends = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int engine = 0; engine < ENGINES; engine++) {
                Random random = new Random(seed + engine);
                Callable<Boolean> rounds = () -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        round.run(random);
                    }
                    return true;
                };
                ends.add(threads.submit(rounds));
            }
            for (Future<Boolean> end : ends) {
                assertThat(end.get()).isTrue();
            }
        }
    }
}
