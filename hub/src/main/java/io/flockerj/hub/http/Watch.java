package io.flockerj.hub.http;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what threads wait for where a socket has no time limit of its own: when the other side takes no bytes of an answer, or sends its
 * headers byte by byte. Such a thread is interrupted, which closes the socket that it waits for.
 */
final class Watch implements AutoCloseable {
    private static final long LOOKS_IN_FIRST_WHILE = 12;

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final Pace pace;
    private final InstantSource clock;
    private final Map<Thread, Wait> waits = new ConcurrentHashMap<>();
    private final CountDownLatch end = new CountDownLatch(1);

    private Watch(Pace pace, InstantSource clock) {
        this.pace = pace;
        this.clock = clock;
    }

    static Watch start(Pace pace, InstantSource clock) {
        Watch watch = new Watch(pace, clock);
        Thread.ofVirtual().name("watch").start(watch::run);
        return watch;
    }

    private record Wait(Instant begun, LongSupplier moved) {}

    /**
     * This thread waits for the other side from now on.
     *
     * @param moved how many bytes have passed since; read by another thread
     */
    void begin(LongSupplier moved) {
        begin(clock.instant(), moved);
    }

    /** This thread waits for the other side, and time counts since it was begun. */
    void begin(Instant begun, LongSupplier moved) {
        waits.put(Thread.currentThread(), new Wait(begun, moved));
    }

    /** This thread waits no more. */
    void end() {
        // Whoever takes the entry out decides: no thread is interrupted in what it does next.
        waits.remove(Thread.currentThread());
    }

    private void run() {
        long millis = Math.max(1, pace.firstWhile().toMillis() / LOOKS_IN_FIRST_WHILE);
        try {
            while (!end.await(millis, TimeUnit.MILLISECONDS)) {
                look(clock.instant());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Instant now) {
        waits.forEach((thread, wait) -> {
            if (!thread.isAlive()) {
                waits.remove(thread);
            } else if (pace.isTooSlow(wait.begun(), wait.moved().getAsLong(), now)) {
                waits.computeIfPresent(thread, (waiting, present) -> {
                    if (present.equals(wait)) {
                        LOG.atInfo().log("A caller is too slow and is not waited for");
                        waiting.interrupt();
                        return null;
                    }
                    return present;
                });
            }
        });
    }

    int size() {
        return waits.size();
    }

    @Override
    public void close() {
        end.countDown();
    }
}
