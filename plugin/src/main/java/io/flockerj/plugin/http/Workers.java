package io.flockerj.plugin.http;

import io.flockerj.plugin.http.Plan.Pace;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that do the work of calls. Quick work gets a virtual thread each. Work that may block in system calls gets one of
 * a few platform threads: a native call holds its carrier thread, and a handful of them would stop every virtual thread of
 * the process. Streams get a platform thread each, so that they hold up no call.
 */
public final class Workers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final Duration THREADS_KEPT = Duration.ofSeconds(60);

    private final ExecutorService quick;
    private final ExecutorService blocking;

    /**
     * Over threads of the caller's.
     *
     * @param quick must take everything
     * @param blocking throws {@link RejectedExecutionException} when it is full
     */
    public Workers(ExecutorService quick, ExecutorService blocking) {
        this.quick = quick;
        this.blocking = blocking;
    }

    /**
     * Over threads of its own.
     *
     * @param threads for blocking work, at most
     * @param queue how many pieces of blocking work may wait for them
     */
    public static Workers start(int threads, int queue) {
        ThreadPoolExecutor blocking = new ThreadPoolExecutor(
                threads,
                threads,
                THREADS_KEPT.toSeconds(),
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(queue),
                Thread.ofPlatform().name("blocking-", 0).factory());
        blocking.allowCoreThreadTimeOut(true);
        return new Workers(
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("quick-", 0).factory()),
                blocking);
    }

    /** Runs a task soon; throws {@link RejectedExecutionException} if too much is waiting, or after {@link #close}. */
    void execute(Pace pace, Runnable task) {
        switch (pace) {
            case QUICK -> quick.execute(task);
            case BLOCKING -> blocking.execute(task);
        }
    }

    /** Runs a task that may block and must not be left out, however much is waiting. */
    void executeAlways(Runnable task) {
        try {
            blocking.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("No blocking thread is free, so one is started for a task that has to be done");
            Thread.ofPlatform().name("blocking-extra").start(task);
        }
    }

    /** Runs a task on a thread of its own, for it may go on for hours; the caller bounds how many there are. */
    void executeStream(Runnable task) {
        Thread.ofPlatform().name("stream").start(task);
    }

    /** Takes no more work. Does not wait for what is running. */
    @Override
    public void close() {
        quick.shutdown();
        blocking.shutdown();
    }
}
