package io.flockerj.plugin.storage;

import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Directories that hold what snapshots hold, of a driver that is {@link Shelving}. What is done to one is not done to the snapshot; only the
 * daemon gets at them, and every one can be made again. For many threads, one at a time for one snapshot.
 */
public interface Copies {
    /**
     * Makes sure that what a snapshot holds is at its {@link StorageDriver#path}. Of a tree that is a directory anyway nothing is done.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such tree
     */
    void bringOut(TreeId tree, Progress progress) throws IOException;

    /** The snapshots that are brought out; not those of which this is still being done. */
    List<TreeId> broughtOut() throws IOException;

    /** Where all is that {@link #bringOut} makes for a snapshot, whether or not it is there. */
    Path place(TreeId snapshot);

    /** Takes the directory of a snapshot away from its path, in constant time; the snapshot stays. Nothing is done if there is none. */
    void putAway(TreeId snapshot) throws IOException;

    /** Answers whether anybody uses what is at a place, or in it. */
    @FunctionalInterface
    interface InUse {
        boolean test(Path place) throws IOException;
    }

    /** Deletes the files of what was put away, by earlier processes too, and is not in use. What cannot be deleted stays for the next time. */
    void sweep(InUse inUse) throws IOException;
}
