package io.flockerj.plugin.storage;

import java.io.IOException;
import java.util.Optional;

/**
 * A driver that freezes and copies trees: in constant time, whatever they hold, unless it is {@link Shelving}.
 *
 * <p>A snapshot is a tree that nothing can change any more, and is otherwise a tree as {@link StorageDriver} keeps them: it has
 * a path, is listed, and ends with {@link StorageDriver#destroy}, independently of the tree that it was taken of. A clone is an
 * ordinary tree. Both have the owner, mode, times and attributes that the root of their source has. Subvolumes that somebody made
 * inside a tree belong to it: they are frozen and copied with it.
 *
 * <p>Every method may be called by many threads at once, for different new trees; the source may be written to meanwhile, by
 * anybody.
 */
public interface Snapshotting {
    /**
     * Makes the read-only tree {@code snapshot} with what {@code source}, a live tree or a snapshot, holds at this moment, synced or
     * not. Durable when it returns. After a failure, or when the process dies in it, at most a tree of the id {@code snapshot} is
     * left, which {@link StorageDriver#list} tells. What a snapshot takes is charged to no account of its own; what its source
     * wrote stays charged to the source's.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is a tree of the id {@code snapshot}
     * @throws java.nio.file.NoSuchFileException if there is no tree {@code source}
     * @throws IOException also if the source's nested subvolumes, or the names of its files, are moved and removed faster than they can
     *     be followed; the source is as it was, and it may be tried again
     */
    Consistency snapshot(TreeId source, TreeId snapshot) throws IOException;

    /**
     * Makes the writable tree {@code clone} with what {@code snapshot} holds. What is written to the clone from now on is charged to
     * {@code account}, which gets this limit; what the clone shares with the snapshot is not. Durable when it returns; after a
     * failure as after one of {@link #snapshot}, and an account may be left, for {@link StorageDriver#release}.
     *
     * @param snapshot is read-only; of a tree that changes meanwhile, the clone has what it held at some moment of the call
     * @param limit the most that the account may hold, if limited; only where the driver is {@link SizeLimited}
     * @throws java.nio.file.FileAlreadyExistsException if there is a tree of the id {@code clone}
     * @throws java.nio.file.NoSuchFileException if there is no tree {@code snapshot}
     */
    void clone(TreeId snapshot, TreeId clone, SpaceAccount account, Optional<ByteSize> limit) throws IOException;

    /** What a snapshot is of. */
    enum Consistency {
        /** The whole tree at one moment. */
        ATOMIC,
        /** The tree at one moment and each subvolume nested in it at another, one soon after the other. */
        NESTED,
        /** Each file at a moment of its own, in the course of a walk, and none of them while it changed. */
        WALKED,
        /** As {@link #WALKED}, but some files changed each time that they were read, and may be of several moments in themselves. */
        TORN
    }
}
