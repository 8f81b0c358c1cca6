package io.flockerj.plugin.storage;

import io.flockerj.plugin.linux.Inodes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Keeps directory trees in one pool.
 *
 * <p>A tree is made by {@link #create}, is a plain writable directory at {@link #path} from then on, and ends with
 * {@link #destroy}. (Snapshots of a driver that is {@link Shelving} are at their path only when asked for.) When {@code create} returns, the tree survives a loss of power; when it throws, or the process dies in it, a
 * tree of that id may be left, which {@link #list} tells. The driver keeps no list of its own and does not know who uses a
 * tree: callers see to it that nothing has a tree mounted when they destroy it.
 *
 * <p>Every method may be called by many threads at once, for different trees. Size limits are {@link SizeLimited}.
 */
public interface StorageDriver {
    /** The driver's name as settings and people write it, such as {@code btrfs}. */
    String name();

    /** Which attributes of a {@link TreeSpec} this driver keeps here; it is never asked for others. */
    Set<TreeAttribute> attributes();

    /** Makes an empty tree. Fails with {@link java.nio.file.FileAlreadyExistsException} if there is one of that id. */
    void create(TreeId tree, TreeSpec spec) throws IOException;

    /** Where a tree is, whether or not it exists. */
    Path path(TreeId tree);

    /** Whether there is a tree of this id, be it half-made; one that {@link #destroy} has begun with is not. */
    default boolean exists(TreeId tree) throws IOException {
        return Inodes.exists(path(tree));
    }

    /** Every tree there is, half-made ones among them, in no order. */
    List<TreeId> list() throws IOException;

    /**
     * Deletes a tree with all it holds, nested subvolumes among it. Succeeds if there is none; may be called again after a failure.
     * The first step takes the whole tree out of {@link #list} and away from its {@link #path}: there is never a part of one.
     */
    void destroy(TreeId tree) throws IOException;

    /** Every tree of which a part may be left, because {@link #destroy} failed or was cut short, or goes on: it is to be called again. */
    List<TreeId> halfDestroyed() throws IOException;

    /** Bytes that a tree and the others of its account take on disk; empty where nobody knows without reading the whole tree. */
    OptionalLong usedBytes(TreeId tree, SpaceAccount account) throws IOException;

    /**
     * Drops an account whose trees are destroyed. Answers false while the file system is still cleaning up after them: then it
     * is to be asked again later. Succeeds if there is none.
     */
    boolean release(SpaceAccount account) throws IOException;
}
