package io.flockerj.plugin.storage;

import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A driver whose snapshots are not directories: it keeps what they hold in another form, and makes a directory of it when somebody wants
 * to read there. Such a snapshot can never be a live tree: what is written to its directory is lost.
 *
 * <p>Taking a snapshot and making a clone take as long as it takes to look at every name, and to read or write what is to be.
 */
public interface Shelving {
    /**
     * Why it is not known which snapshots there are and what they hold, and what to do about it; empty if it is. While it is not, everything
     * that needs a snapshot, or has to know whether there is one, throws {@link UnreadableSnapshotsException}; nothing is made in the place of
     * what cannot be read, and trees that are directories can be made, used and destroyed as ever. Asking tries anew.
     */
    Optional<String> unreadable();

    /** The trees that are directories of their own, known in any case. */
    List<TreeId> directories() throws IOException;

    /** Whether a tree is there that is no directory of its own: a snapshot. While snapshots cannot be read, none is known to be one. */
    boolean isShelved(TreeId tree);

    /** As {@link Snapshotting#snapshot}, and tells how far it is, and in the end which files were never at rest. */
    Torn snapshot(TreeId source, TreeId snapshot, Progress progress) throws IOException;

    /**
     * Does beforehand what takes long of a snapshot of a live tree, so that one that is taken then costs what has changed since. The tree may
     * be written to meanwhile, and is not destroyed.
     */
    void prepare(TreeId source, Progress progress) throws IOException;

    /** As {@link Snapshotting#clone}, and tells how far it is. */
    void clone(TreeId snapshot, TreeId clone, SpaceAccount account, Optional<ByteSize> limit, Progress progress)
            throws IOException;

    /** The directories of its snapshots. */
    Copies copies();
}
