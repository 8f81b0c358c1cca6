package io.flockerj.hub.deletion;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs {@link RemovalRound}s again and again. */
public final class RemovalKeeper implements AutoCloseable {
    /** Between rounds in which there was no more to do. */
    public static final Duration INTERVAL = Duration.ofMinutes(5);

    /** Between rounds while there is: so that others get their turn, and the storage some rest. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** For a call on the storage that is going on when the hub ends. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(RemovalKeeper.class);

    private final RemovalRound round;
    private final Duration interval;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;

    private RemovalKeeper(RemovalRound round, Duration interval) {
        this.round = round;
        this.interval = interval;
        this.thread = Thread.ofVirtual().name("removal-keeper").unstarted(this::run);
    }

    /** Begins with a first round. */
    public static RemovalKeeper start(RemovalRound round, Duration interval) {
        RemovalKeeper keeper = new RemovalKeeper(round, interval);
        keeper.thread.start();
        return keeper;
    }

    private void run() {
        try {
            Duration pause;
            do {
                pause = keep() && PAUSE.compareTo(interval) < 0 ? PAUSE : interval;
            } while (!end.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean keep() {
        try {
            return round.run(() -> end.getCount() > 0);
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().setCause(e).log("Could not look for deleted volumesets whose time is over; trying again");
            return false;
        }
    }

    /** Ends within seconds; the next hub goes on. */
    @Override
    public void close() {
        end.countDown();
        try {
            if (!thread.join(GRACE)) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
