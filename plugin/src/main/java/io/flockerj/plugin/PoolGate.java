package io.flockerj.plugin;

import io.flockerj.plugin.pool.Pool;
import io.flockerj.plugin.pool.PoolOpener;
import io.flockerj.plugin.volume.PoolVolumes;
import io.flockerj.plugin.volume.Volumes;
import io.flockerj.plugin.volume.VolumesGate;
import io.flockerj.plugin.volume.VolumesUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the pool and loads its volumes while the daemon listens already, again and again until it succeeds: a disk may be
 * attached late. Then it tidies up from time to time.
 */
final class PoolGate implements VolumesGate {
    private static final Logger LOG = LoggerFactory.getLogger(PoolGate.class);
    private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(2);
    private static final Duration TIDY_EVERY = Duration.ofMinutes(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private static final String STOPPING = "the daemon is stopping; try again when it runs";

    private final Opener opener;
    private final Duration tryAgainAfter;
    private final Duration tidyEvery;
    private final CompletableFuture<PoolVolumes> volumes = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("pool").unstarted(this::run);
    private volatile String obstacle = "the volumes are still being loaded; try again in a moment";
    private @Nullable PoolOpener taken;
    private @Nullable Pool pool;

    PoolGate(Opener opener) {
        this(opener, TRY_AGAIN_AFTER, TIDY_EVERY);
    }

    PoolGate(Opener opener, Duration tryAgainAfter, Duration tidyEvery) {
        this.opener = opener;
        this.tryAgainAfter = tryAgainAfter;
        this.tidyEvery = tidyEvery;
    }

    /** The two steps that may fail for a while. */
    interface Opener {
        PoolOpener take() throws IOException;

        PoolVolumes load(Pool pool) throws IOException;
    }

    void start() {
        thread.start();
    }

    @Override
    public Volumes await(Duration atMost) throws VolumesUnavailableException {
        try {
            return volumes.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new VolumesUnavailableException(obstacle);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VolumesUnavailableException(STOPPING);
        } catch (ExecutionException e) {
            throw new VolumesUnavailableException(STOPPING);
        }
    }

    /** Ends every wait at the gate that is not over yet, with the word that the daemon is stopping. */
    void turnAway() {
        obstacle = STOPPING;
        closing.countDown();
        volumes.completeExceptionally(new IOException(STOPPING));
    }

    /** Gives the pool up. Volumes that are mounted stay so. */
    void close() throws IOException, InterruptedException {
        turnAway();
        if (thread.getState() != Thread.State.NEW && !thread.join(CLOSE_LIMIT)) {
            LOG.atWarn().log("The pool is being worked on and is left as it is");
            return;
        }
        if (pool != null) {
            pool.close();
        }
        if (taken != null) {
            taken.close();
        }
    }

    private void run() {
        try {
            Optional<PoolVolumes> opened = openAtLast();
            if (opened.isEmpty()) {
                return;
            }
            PoolVolumes loaded = opened.get();
            volumes.complete(loaded);
            while (!closing.await(tidyEvery.toMillis(), TimeUnit.MILLISECONDS)) {
                tidy(loaded);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Empty if the daemon is to end before it succeeds. */
    private Optional<PoolVolumes> openAtLast() throws InterruptedException {
        do {
            try {
                return Optional.of(open());
            } catch (IOException | RuntimeException | LinkageError e) {
                String reason = e.getMessage() == null ? e.toString() : e.getMessage();
                if (!reason.equals(obstacle)) {
                    LOG.atError().setCause(e).log("The pool cannot be opened; trying on");
                }
                obstacle = reason;
            }
        } while (!closing.await(tryAgainAfter.toMillis(), TimeUnit.MILLISECONDS));
        return Optional.empty();
    }

    private PoolVolumes open() throws IOException {
        if (taken == null) {
            taken = opener.take();
        }
        Pool opened = taken.open();
        boolean loaded = false;
        try {
            PoolVolumes result = opener.load(opened);
            loaded = true;
            pool = opened;
            LOG.atInfo()
                    .addKeyValue("pool", opened.description())
                    .addKeyValue("driver", opened.driver().name())
                    .log("The pool is open");
            return result;
        } finally {
            if (!loaded) {
                opened.close();
            }
        }
    }

    private static void tidy(PoolVolumes volumes) {
        try {
            volumes.tidy();
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("Tidying up failed; it will be tried again");
        }
    }
}
