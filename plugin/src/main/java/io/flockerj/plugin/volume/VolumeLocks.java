package io.flockerj.plugin.volume;

import com.google.common.util.concurrent.Striped;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.stream.Collectors;

/**
 * Turns at changing volumes, and, within them, at changing a volumeset. Names share a few thousand locks; two that share one
 * merely wait for each other. A turn at a volume is never taken within one at a volumeset.
 *
 * <p>Who takes a snapshot that takes long has a turn at that alone, within which he takes the others where he needs them.
 */
final class VolumeLocks {
    private static final int STRIPES = 4096;

    /** How often who waits for other snapshots looks whether he is still wanted. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Striped<Lock> volumes = Striped.lazyWeakLock(STRIPES);
    private final Striped<Lock> volumesets = Striped.lazyWeakLock(STRIPES);
    private final Striped<Lock> snapshots = Striped.lazyWeakLock(STRIPES);
    private final Duration patience;

    /** @param patience how long a call waits for its turn */
    VolumeLocks(Duration patience) {
        this.patience = patience;
    }

    /** What is done during a turn. */
    interface Work<T> {
        T run() throws RefusedException, IOException;
    }

    /** Does something to a volume while nobody else does anything to it. */
    <T> T during(VolumeName name, Work<T> work) throws RefusedException, IOException {
        return during(List.of(volumes.get(name)), "volume " + name, work);
    }

    /** Does something to several volumes while nobody else does anything to any of them. */
    <T> T during(Collection<VolumeName> names, Work<T> work) throws RefusedException, IOException {
        String all = names.stream().map(VolumeName::value).collect(Collectors.joining(", "));
        return during(volumes.bulkGet(names), (names.size() == 1 ? "volume " : "the volumes ") + all, work);
    }

    /** Does something to the history of a volumeset while nobody else does anything to it. */
    <T> T during(Volumeset volumeset, Work<T> work) throws RefusedException, IOException {
        return during(List.of(volumesets.get(volumeset.id())), "the history of volumeset " + volumeset.name(), work);
    }

    /**
     * Reads volumes for their snapshots while nobody else does, so that a later snapshot never holds an earlier state. Volumes may be mounted,
     * and changed in every other way meanwhile. Comes before a turn at any volume.
     *
     * @param progress ends the waiting, which goes on as long as others read
     */
    <T> T whileReading(Collection<VolumeName> names, Progress progress, Work<T> work)
            throws RefusedException, IOException {
        Deque<Lock> held = new ArrayDeque<>();
        try {
            for (Lock lock : snapshots.bulkGet(names)) {
                while (!tryLock(lock, LOOK)) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new InterruptedIOException("interrupted while another snapshot was taken");
                    }
                    progress.check();
                }
                held.push(lock);
            }
            return work.run();
        } finally {
            held.forEach(Lock::unlock);
        }
    }

    private <T> T during(Iterable<Lock> locks, String what, Work<T> work) throws RefusedException, IOException {
        Deque<Lock> held = new ArrayDeque<>();
        try {
            for (Lock lock : locks) {
                if (!tryLock(lock, patience)) {
                    throw new VolumeBusyException("another call has been working on " + what + " for more than "
                            + patience.toSeconds() + " s; try again when it is done");
                }
                held.push(lock);
            }
            return work.run();
        } finally {
            held.forEach(Lock::unlock);
        }
    }

    private static boolean tryLock(Lock lock, Duration longest) {
        try {
            return lock.tryLock(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
