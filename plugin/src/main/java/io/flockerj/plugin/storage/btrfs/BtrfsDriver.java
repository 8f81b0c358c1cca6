package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.ChangeTracking;
import io.flockerj.plugin.storage.Compression;
import io.flockerj.plugin.storage.LateFreeing;
import io.flockerj.plugin.storage.OwnSpace;
import io.flockerj.plugin.storage.SharedSync;
import io.flockerj.plugin.storage.Snapshotting;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.Touched;
import io.flockerj.plugin.storage.TreeAttribute;
import io.flockerj.plugin.storage.TreeDeletion;
import io.flockerj.plugin.storage.TreeDirectory;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.TreeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Keeps each tree as a btrfs subvolume in one directory, on a file system without simple quotas: nothing is counted and
 * nothing limited. {@link AccountingBtrfsDriver} adds that where the file system counts.
 */
public class BtrfsDriver implements StorageDriver, Snapshotting, ChangeTracking, OwnSpace, LateFreeing {
    /** The property of btrfs that says how new files below a directory are compressed (btrfs-property(8)). */
    private static final String COMPRESSION_PROPERTY = "btrfs.compression";

    /** So often a copy is begun while what is nested in its source is moved about. */
    private static final int COPY_TRIES = 5;

    private final TreeDirectory trees;
    private final SharedSync commits = new SharedSync();

    /** Keeps the trees in {@code directory}, which exists, on btrfs. */
    public BtrfsDriver(Path directory) {
        this.trees = new TreeDirectory(directory);
    }

    @Override
    public String name() {
        return "btrfs";
    }

    @Override
    public Set<TreeAttribute> attributes() {
        return EnumSet.of(TreeAttribute.COMPRESSION, TreeAttribute.COPY_ON_WRITE, TreeAttribute.OWNER);
    }

    @Override
    public void create(TreeId tree, TreeSpec spec) throws IOException {
        try (FileHandle parent = FileHandle.openDirectory(trees.directory())) {
            createSubvolume(parent, tree);
            Path path = path(tree);
            if (!spec.copyOnWrite()) {
                Inodes.setNoCow(path);
            }
            if (spec.compression().isPresent()) {
                Compression compression = spec.compression().get();
                Inodes.setXattr(path, COMPRESSION_PROPERTY, compression.word().getBytes(StandardCharsets.US_ASCII));
            }
            TreeDirectory.setOwner(path, spec);
            charge(parent, tree, spec.account(), spec.limit());
            commit(tree);
        }
    }

    @Override
    public Consistency snapshot(TreeId source, TreeId snapshot) throws IOException {
        try (FileHandle parent = FileHandle.openDirectory(trees.directory())) {
            return copy(source, parent, snapshot, new SubvolumeCopy.Kind.ReadOnly());
        }
    }

    @Override
    public void clone(TreeId snapshot, TreeId clone, SpaceAccount account, Optional<ByteSize> limit)
            throws IOException {
        try (FileHandle parent = FileHandle.openDirectory(trees.directory())) {
            OptionalLong group = prepare(parent, account, limit);
            if (copy(snapshot, parent, clone, new SubvolumeCopy.Kind.Writable(group)) == Consistency.NESTED) {
                charge(parent, clone, account, limit);
                commit(clone);
            }
        }
    }

    @Override
    public void changes(TreeId from, TreeId to, ChangeSink sink) throws IOException {
        try (FileHandle older = openTree(from);
                FileHandle newer = openTree(to)) {
            TreeComparison.run(older, newer, sink);
        }
    }

    @Override
    public Touched touched(TreeId from, TreeId to) throws IOException {
        try (FileHandle older = openTree(from);
                FileHandle newer = openTree(to)) {
            return TreeTouches.of(older, newer);
        }
    }

    @Override
    public OptionalLong ownBytes(TreeId snapshot, Optional<TreeId> near, List<TreeId> others) throws IOException {
        List<FileHandle> open = new ArrayList<>();
        try {
            FileHandle root = openTree(snapshot);
            open.add(root);
            Optional<FileHandle> compared = Optional.empty();
            if (near.isPresent()) {
                compared = Optional.of(openTree(near.get()));
                open.add(compared.get());
            }
            List<FileHandle> further = new ArrayList<>();
            for (TreeId other : others) {
                FileHandle tree = openTree(other);
                open.add(tree);
                further.add(tree);
            }
            return OwnExtents.count(root, compared, further);
        } finally {
            for (FileHandle each : open) {
                each.close();
            }
        }
    }

    private Consistency copy(TreeId source, FileHandle parent, TreeId target, SubvolumeCopy.Kind kind)
            throws IOException {
        try (FileHandle root = openTree(source)) {
            for (int tries = 1; ; tries++) {
                try {
                    return SubvolumeCopy.make(root, parent, target.toString(), kind);
                } catch (SubvolumeCopy.MovedException e) {
                    SubvolumeDeletion.delete(trees, target);
                    if (tries == COPY_TRIES) {
                        throw e;
                    }
                }
            }
        } catch (LinuxException e) {
            throw taken(target, e);
        }
    }

    private FileHandle openTree(TreeId tree) throws IOException {
        try {
            return FileHandle.openDirectory(path(tree));
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                throw (NoSuchFileException) new NoSuchFileException(path(tree).toString()).initCause(e);
            }
            throw e;
        }
    }

    @Override
    public Path path(TreeId tree) {
        return trees.path(tree);
    }

    @Override
    public List<TreeId> list() throws IOException {
        return trees.list();
    }

    @Override
    public List<TreeId> halfDestroyed() throws IOException {
        return trees.doomed();
    }

    @Override
    public void destroy(TreeId tree) throws IOException {
        SubvolumeDeletion.delete(trees, tree);
        // A directory that somebody copied here, a link: it has no subvolume of its own, but lies in the pool's.
        TreeDeletion.delete(trees, tree);
    }

    @Override
    public OptionalLong usedBytes(TreeId tree, SpaceAccount account) throws IOException {
        return OptionalLong.empty();
    }

    @Override
    public boolean release(SpaceAccount account) throws IOException {
        return true;
    }

    /** Limits an account that is about to get a tree; answers the quota group that the tree is to be made in, if any. */
    protected OptionalLong prepare(FileHandle parent, SpaceAccount account, Optional<ByteSize> limit)
            throws IOException {
        refuse(limit);
        return OptionalLong.empty();
    }

    /** Charges what is written to a new tree, and to those nested in it, to its account, and limits the account. */
    protected void charge(FileHandle parent, TreeId tree, SpaceAccount account, Optional<ByteSize> limit)
            throws IOException {
        refuse(limit);
    }

    private static void refuse(Optional<ByteSize> limit) {
        if (limit.isPresent()) {
            throw new IllegalArgumentException("no size limits without quotas");
        }
    }

    /** Makes durable what was done to the tree as a whole, and to its account. */
    final void commit(TreeId tree) throws IOException {
        try (FileHandle subvolume = FileHandle.openDirectory(path(tree))) {
            commits.run(() -> commit(subvolume));
        }
    }

    private static void commit(FileHandle subvolume) throws IOException {
        try {
            Btrfs.commit(subvolume);
        } catch (LinuxException e) {
            if (!e.is(Errno.EDQUOT)) {
                throw e;
            }
            // To a subvolume whose account is full even this is refused. The other way writes everybody's data.
            subvolume.syncFileSystem();
        }
    }

    @Override
    public boolean isFreeing() throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(trees.directory())) {
            boolean isFreeing = Btrfs.hasDeadSubvolumes(handle);
            // Also after the last one is gone, for the space of it comes back with a commit.
            Btrfs.sync(handle);
            return isFreeing;
        }
    }

    final Path directory() {
        return trees.directory();
    }

    private void createSubvolume(FileHandle parent, TreeId tree) throws IOException {
        try {
            Btrfs.createSubvolume(parent, tree.toString());
        } catch (LinuxException e) {
            throw taken(tree, e);
        }
    }

    /** What to throw when a new tree was refused. */
    private IOException taken(TreeId tree, LinuxException refusal) {
        return refusal.is(Errno.EEXIST)
                ? (IOException) new FileAlreadyExistsException(path(tree).toString()).initCause(refusal)
                : refusal;
    }
}
