package io.flockerj.hub.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a download whose reader takes next to nothing, for it keeps others from theirs: interrupts the thread that writes, by which a socket is
 * closed that a virtual thread waits for. For the thread that makes it, which closes it.
 */
final class Pace implements AutoCloseable {
    /** So many bytes have to be taken in that time. */
    private static final long LEAST = 1 << 20;

    private static final Duration TIME = Duration.ofSeconds(60);

    private final Thread writer = Thread.currentThread();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Duration time;
    private final Thread watch;
    private long written;
    private boolean isWriting;

    /** Something that waits for the reader. */
    interface Write<X extends Exception> {
        void run() throws X;
    }

    private Pace(Duration time) {
        this.time = time;
        this.watch = Thread.ofVirtual().name("pace").unstarted(this::watch);
    }

    static Pace start() {
        return start(TIME);
    }

    static Pace start(Duration time) {
        Pace pace = new Pace(time);
        pace.watch.start();
        return pace;
    }

    /** Writes so many bytes. */
    <X extends Exception> void write(int bytes, Write<X> write) throws X {
        set(true, 0);
        try {
            write.run();
        } finally {
            set(false, bytes);
        }
    }

    private synchronized void set(boolean writing, int bytes) {
        isWriting = writing;
        written += bytes;
    }

    private void watch() {
        long before = 0;
        try {
            while (!end.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                synchronized (this) {
                    // Only while it waits: what it does later is not meant.
                    if (isWriting && written - before < LEAST) {
                        writer.interrupt();
                    }
                    before = written;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
    }
}
