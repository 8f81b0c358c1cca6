package io.flockerj.plugin.volume;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Which trees are being read, and which destroyed: never one both. Reading takes as long as whoever asked for it likes, so it does
 * not hold up anything but the end of that one tree.
 */
final class TreeUse {
    private final Multiset<TreeId> read = HashMultiset.create();
    private final Set<TreeId> destroyed = new HashSet<>();

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
     * Reads in a tree, which is not destroyed meanwhile.
     *
     * @throws DestroyedException if it is being destroyed already
     */
    <X extends Exception> void reading(TreeId tree, Work<X> work) throws X, IOException {
        beginReading(tree);
        try {
            work.run();
        } finally {
            endReading(tree);
        }
    }

    private synchronized void beginReading(TreeId tree) throws IOException {
        if (destroyed.contains(tree)) {
            throw new DestroyedException();
        }
        read.add(tree);
    }

    private synchronized void endReading(TreeId tree) {
        read.remove(tree);
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
