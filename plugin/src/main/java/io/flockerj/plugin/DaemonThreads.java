package io.flockerj.plugin;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** So many threads at most, which end when they have nothing to do, and so much work that waits for them; more is refused. */
class DaemonThreads extends ThreadPoolExecutor {
    private static final Duration KEPT = Duration.ofSeconds(30);

    /** @param name of the threads, before their number */
    DaemonThreads(String name, int most, int queue) {
        super(
                most,
                most,
                KEPT.toSeconds(),
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(queue),
                Thread.ofPlatform().daemon().name(name, 0).factory());
        allowCoreThreadTimeOut(true);
    }
}
