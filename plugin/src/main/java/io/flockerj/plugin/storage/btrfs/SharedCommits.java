package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Commits of one file system, shared: one makes durable what everybody has done until it began. Whoever comes while one is under way
 * waits for the next, and one of those who wait makes that for all of them.
 */
final class SharedCommits {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private long asked;
    private long done;
    private boolean underWay;

    /**
     * Returns when everything that was done to the file system before is durable.
     *
     * @param subvolume as for {@link Btrfs#commit}
     */
    void commit(FileHandle subvolume) throws IOException {
        lock.lock();
        try {
            long own = ++asked;
            while (done < own && underWay) {
                ended.awaitUninterruptibly();
            }
            if (done < own) {
                commitForAll(subvolume);
            }
        } finally {
            lock.unlock();
        }
    }

    /** After a failure those who wait try themselves: it may have been the subvolume's. */
    private void commitForAll(FileHandle subvolume) throws IOException {
        long covered = asked;
        underWay = true;
        lock.unlock();
        boolean committed = false;
        try {
            Btrfs.commit(subvolume);
            committed = true;
        } finally {
            lock.lock();
            underWay = false;
            done = committed ? covered : done;
            ended.signalAll();
        }
    }
}
