package io.flockerj.plugin.storage;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Syncs of one thing, such as a directory or a file system, shared: one makes durable what everybody has done until it began. Whoever
 * comes while one is under way waits for the next, and one of those who wait makes that for all of them.
 */
public final class SharedSync {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private long asked;
    private long done;
    private boolean underWay;

    /** Makes durable everything that anybody has done to the thing until now. */
    @FunctionalInterface
    public interface Sync {
        void run() throws IOException;
    }

    /**
     * Returns when everything that was done to the thing before is durable.
     *
     * @param sync is run here, unless somebody else's, begun later than this call, serves as well
     */
    public void run(Sync sync) throws IOException {
        lock.lock();
        try {
            long own = ++asked;
            while (done < own && underWay) {
                ended.awaitUninterruptibly();
            }
            if (done < own) {
                runForAll(sync);
            }
        } finally {
            lock.unlock();
        }
    }

    /** After a failure those who wait try themselves. */
    private void runForAll(Sync sync) throws IOException {
        long covered = asked;
        underWay = true;
        lock.unlock();
        boolean synced = false;
        try {
            sync.run();
            synced = true;
        } finally {
            lock.lock();
            underWay = false;
            done = synced ? covered : done;
            ended.signalAll();
        }
    }
}
