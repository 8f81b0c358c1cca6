package io.flockerj.plugin;

import static io.flockerj.plugin.http.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import com.google.common.util.concurrent.MoreExecutors;
import io.flockerj.plugin.pool.CommandRunner;
import io.flockerj.plugin.pool.HostRoot;
import io.flockerj.plugin.pool.Pool;
import io.flockerj.plugin.pool.PoolChoice;
import io.flockerj.plugin.pool.PoolException;
import io.flockerj.plugin.pool.PoolHost;
import io.flockerj.plugin.pool.PoolOpener;
import io.flockerj.plugin.pool.QuotaPolicy;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.PoolVolumes;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.plugin.volume.VolumeName;
import io.flockerj.plugin.volume.Volumes;
import io.flockerj.plugin.volume.VolumesUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolGateTest {
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final VolumeName DB = new VolumeName("db");

    @TempDir
    Path temporary;

    private Path directory;
    private final Opening opening = new Opening();
    private final PoolGate gate = new PoolGate(opening, MOMENT, MOMENT);
    private boolean isClosed;

    @BeforeEach
    void setUp() throws IOException {
        directory = temporary.toRealPath();
    }

    @AfterEach
    void close() throws Exception {
        if (!isClosed) {
            isClosed = true;
            gate.close();
        }
    }

    /** Opens a pool of plain directories, but meets with obstacles first. */
    private final class Opening implements PoolGate.Opener {
        private final AtomicReference<@Nullable Exception> obstacleToTaking = new AtomicReference<>();
        private final AtomicReference<@Nullable Exception> obstacleToLoading = new AtomicReference<>();
        private final Semaphore loads = new Semaphore(Integer.MAX_VALUE);
        private final AtomicInteger attempts = new AtomicInteger();
        private final AtomicInteger looksAtTheTime = new AtomicInteger();

        @Override
        public PoolOpener take() throws IOException {
            attempts.incrementAndGet();
            failWith(obstacleToTaking.get());
            return PoolGateTest.this.take();
        }

        @Override
        public PoolVolumes load(Pool pool) throws IOException {
            loads.acquireUninterruptibly();
            failWith(obstacleToLoading.get());
            Path mounts = Files.createDirectories(directory.resolve("mounts"));
            Supplier<RandomId> ids = RandomId.source(new SecureRandom());
            ExecutorService background = MoreExecutors.newDirectExecutorService();
            return PoolVolumes.load(
                    pool,
                    new PoolVolumes.Setting(
                            mounts, Path.of("/proc"), LONG, clock(), ids, background, exchange -> mock(Remotes.class)));
        }

        private Clock clock() {
            return new CountingClock(looksAtTheTime);
        }

        private static void failWith(@Nullable Exception obstacle) throws IOException {
            switch (obstacle) {
                case null -> {}
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                default -> throw new AssertionError(obstacle);
            }
        }
    }

    private PoolOpener take() throws IOException {
        CommandRunner noCommands = (command, limit) -> {
            throw new IOException("no " + command);
        };
        PoolHost here = new PoolHost(
                new HostRoot(Path.of("/")),
                directory.resolve("state"),
                directory.resolve("pool-mount"),
                Path.of("/proc"),
                Path.of("/sys"),
                noCommands,
                QuotaPolicy.OFF,
                Optional.empty(),
                Duration.ZERO,
                RandomId.source(new SecureRandom()));
        return PoolOpener.take(here, new PoolChoice.PlainDirectory(directory.resolve("pool")));
    }

    private String obstacle() {
        try {
            gate.await(AT_ONCE);
            return "none";
        } catch (VolumesUnavailableException e) {
            return e.getMessage();
        }
    }

    @Test
    void beforeTheVolumesAreThereItSaysSo() {
        opening.loads.drainPermits();
        gate.start();

        assertThat(obstacle()).isEqualTo("the volumes are still being loaded; try again in a moment");

        opening.loads.release();
    }

    @Test
    void whoWaitsGetsTheVolumesAsSoonAsTheyAreThere() throws Exception {
        opening.loads.drainPermits();
        gate.start();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Volumes> waiting = threads.submit(() -> gate.await(LONG));
            opening.loads.release();

            assertThat(waiting.get().list()).isEmpty();
            assertThat(gate.await(AT_ONCE)).isSameAs(waiting.get());
        }
    }

    @Test
    void whoIsToldToStopWaitingIsToldWhy() throws Exception {
        gate.start();
        Thread.currentThread().interrupt();
        opening.loads.drainPermits();
        try {
            assertThatThrownBy(() -> gate.await(LONG))
                    .isInstanceOf(VolumesUnavailableException.class)
                    .hasMessageStartingWith("the daemon is stopping");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
            opening.loads.release();
        }
    }

    @Test
    void anObstacleIsToldAndWhenItIsGoneThePoolOpensByItself() throws Exception {
        opening.obstacleToTaking.set(new PoolException("the disk is not there; attach it"));
        gate.start();
        eventually("the obstacle is told", () -> obstacle().equals("the disk is not there; attach it"));

        opening.obstacleToTaking.set(new PoolException("it is the wrong disk"));
        eventually("the next obstacle is told", () -> obstacle().equals("it is the wrong disk"));

        opening.obstacleToTaking.set(null);
        gate.await(LONG).create(DB, Map.of());
        assertThat(obstacle()).isEqualTo("none");
    }

    @Test
    void anObstacleWithoutWordsIsToldByItsKind() throws Exception {
        opening.obstacleToLoading.set(new IllegalStateException());
        gate.start();

        eventually("the obstacle is told", () -> obstacle().equals("java.lang.IllegalStateException"));

        opening.obstacleToLoading.set(null);
        gate.await(LONG);
    }

    @Test
    void aPoolWhoseVolumesCannotBeLoadedIsLetGoAndOpenedAgain() throws Exception {
        opening.obstacleToLoading.set(new IOException("a directory cannot be read"));
        gate.start();
        eventually("the obstacle is told", () -> obstacle().equals("a directory cannot be read"));
        int before = opening.attempts.get();

        opening.obstacleToLoading.set(null);

        assertThat(gate.await(LONG).list()).isEmpty();
        assertThat(opening.attempts.get())
                .as("the state directory is taken once")
                .isEqualTo(before);
    }

    @Test
    void theVolumesAreTidiedAgainAndAgain() throws Exception {
        gate.start();
        Volumes volumes = gate.await(LONG);
        volumes.create(DB, Map.of());
        volumes.remove(DB);

        int before = opening.looksAtTheTime.get();
        eventually("it is looked again what is due", () -> opening.looksAtTheTime.get() > before + 3);
    }

    @Test
    void closingGivesThePoolUpForAnotherDaemon() throws Exception {
        gate.start();
        gate.await(LONG);
        assertThatIOException().isThrownBy(this::take).withMessageContaining("another flockerj daemon is using");

        close();

        try (PoolOpener next = take();
                Pool pool = next.open()) {
            assertThat(pool.directory()).exists();
        }
    }

    @Test
    void closingEndsTheAttemptsToOpen() throws Exception {
        opening.obstacleToTaking.set(new IOException("not yet"));
        gate.start();
        eventually("it has tried", () -> opening.attempts.get() > 1);

        close();

        int before = opening.attempts.get();
        opening.obstacleToTaking.set(null);
        take().close();
        assertThat(opening.attempts.get()).isEqualTo(before);
        assertThat(obstacle()).startsWith("the daemon is stopping");
    }

    @Test
    void aGateThatNeverStartedCanBeClosed() throws Exception {
        close();
    }

    /** The present, with a count of how often it was asked for. */
    private static final class CountingClock extends Clock {
        private final Clock present = Clock.systemUTC();
        private final AtomicInteger looks;

        CountingClock(AtomicInteger looks) {
            this.looks = looks;
        }

        @Override
        public Instant instant() {
            looks.incrementAndGet();
            return present.instant();
        }

        @Override
        public ZoneId getZone() {
            return present.getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return present.withZone(zone);
        }
    }
}
