package io.flockerj.plugin.volume;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import com.google.common.util.concurrent.Striped;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.Copies;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;

/**
 * Which trees are being read, and which destroyed: never one both. Reading takes as long as whoever asked for it likes, so it does
 * not hold up anything but the end of that one tree. A snapshot that is no directory is made one for its readers.
 */
final class TreeUse {
    private static final int MOST_LOCKS = 1024;

    private final StorageDriver driver;
    private final Optional<Shelving> shelving;
    private final Striped<Lock> bringing = Striped.lazyWeakLock(MOST_LOCKS);
    private final Multiset<TreeId> read = HashMultiset.create();
    private final Set<TreeId> destroyed = new HashSet<>();
    /** Since the last tidying. */
    private final Set<TreeId> readLately = new HashSet<>();

    TreeUse(StorageDriver driver) {
        this.driver = driver;
        this.shelving = driver instanceof Shelving shelves ? Optional.of(shelves) : Optional.empty();
    }

    /** What is done with a tree. */
    interface Work<X extends Exception> {
        void run() throws X, IOException;
    }

    /** A tree that was to be read is being destroyed. */
    static final class DestroyedException extends IOException {
        DestroyedException() {
            super("what was to be read is being destroyed at this moment");
        }
    }

    /**
     * Reads in a tree, which is a directory meanwhile, and not destroyed.
     *
     * @throws DestroyedException if it is being destroyed already
     */
    <X extends Exception> void reading(TreeId tree, Work<X> work) throws X, IOException {
        reading(tree, Progress.IGNORED, work);
    }

    /** @param progress of making the directory, if it is not there */
    <X extends Exception> void reading(TreeId tree, Progress progress, Work<X> work) throws X, IOException {
        holding(tree, () -> {
            bringOut(tree, progress);
            work.run();
        });
    }

    /** As {@link #reading}, for work that does without a directory. */
    <X extends Exception> void holding(TreeId tree, Work<X> work) throws X, IOException {
        beginReading(tree);
        try {
            work.run();
        } finally {
            endReading(tree);
        }
    }

    private void bringOut(TreeId tree, Progress progress) throws IOException {
        if (shelving.isPresent()) {
            Lock lock = bringing.get(tree);
            lock.lock();
            try {
                shelving.get().copies().bringOut(tree, progress);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Where everything is that somebody may have mounted of a tree. */
    Path place(TreeId tree) {
        return shelving.filter(shelves -> shelves.isShelved(tree))
                .map(shelves -> shelves.copies().place(tree))
                .orElseGet(() -> driver.path(tree));
    }

    /** Puts the directories of snapshots away that nobody has mounted, nor has read since this was called last. */
    void tidy(UseCheck useCheck) throws IOException {
        if (shelving.isPresent()) {
            Copies copies = shelving.get().copies();
            Set<TreeId> lately = readLately();
            for (TreeId tree : copies.broughtOut()) {
                if (!lately.contains(tree) && useCheck.users(copies.place(tree)).isEmpty()) {
                    destroying(tree, () -> copies.putAway(tree));
                }
            }
            // Nobody is told any more that something is being destroyed: deleting files takes long.
            copies.sweep(place -> !useCheck.users(place).isEmpty());
        }
    }

    private synchronized Set<TreeId> readLately() {
        Set<TreeId> lately = new HashSet<>(readLately);
        readLately.clear();
        return lately;
    }

    private synchronized void beginReading(TreeId tree) throws IOException {
        if (destroyed.contains(tree)) {
            throw new DestroyedException();
        }
        read.add(tree);
    }

    private synchronized void endReading(TreeId tree) {
        read.remove(tree);
        if (shelving.isPresent()) {
            readLately.add(tree);
        }
    }

    /** Destroys a tree if nobody reads it; answers whether nobody did. */
    boolean destroying(TreeId tree, Work<IOException> work) throws IOException {
        if (!beginDestroying(tree)) {
            return false;
        }
        try {
            work.run();
            return true;
        } finally {
            endDestroying(tree);
        }
    }

    private synchronized boolean beginDestroying(TreeId tree) {
        return !read.contains(tree) && destroyed.add(tree);
    }

    private synchronized void endDestroying(TreeId tree) {
        destroyed.remove(tree);
    }
}
