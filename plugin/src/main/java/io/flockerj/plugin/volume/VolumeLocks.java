package io.flockerj.plugin.volume;

import com.google.common.util.concurrent.Striped;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/** Turns at changing one volume. Names share a few thousand locks; two that share one merely wait for each other. */
final class VolumeLocks {
    private static final int STRIPES = 4096;

    private final Striped<Lock> locks = Striped.lazyWeakLock(STRIPES);
    private final Duration patience;

    /** @param patience how long a call waits for its turn */
    VolumeLocks(Duration patience) {
        this.patience = patience;
    }

    /** What is done during a turn. */
    interface Work<T> {
        T run() throws VolumeException, IOException;
    }

    /** Does something to a volume while nobody else does anything to it. */
    <T> T during(VolumeName name, Work<T> work) throws VolumeException, IOException {
        Lock lock = locks.get(name);
        if (!tryLock(lock)) {
            throw new VolumeBusyException("another call has been working on volume " + name + " for more than "
                    + patience.toSeconds() + " s; try again when it is done");
        }
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    private boolean tryLock(Lock lock) {
        try {
            return lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
