package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.storage.Compression;
import io.flockerj.plugin.storage.SharedSync;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeAttribute;
import io.flockerj.plugin.storage.TreeDeletion;
import io.flockerj.plugin.storage.TreeDirectory;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.TreeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Keeps each tree as a btrfs subvolume in one directory, on a file system without simple quotas: nothing is counted and
 * nothing limited. {@link AccountingBtrfsDriver} adds that where the file system counts.
 */
public class BtrfsDriver implements StorageDriver {
    /** The property of btrfs that says how new files below a directory are compressed (btrfs-property(8)). */
    private static final String COMPRESSION_PROPERTY = "btrfs.compression";

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
            charge(parent, tree, spec);
            commit(tree);
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
    public void destroy(TreeId tree) throws IOException {
        Path path = path(tree);
        if (!Inodes.exists(path) || !Btrfs.isSubvolumeRoot(path)) {
            // A directory that somebody copied here, a link: it has no subvolume of its own, but lies in the pool's.
            TreeDeletion.delete(trees, tree);
        } else {
            SubvolumeDeletion.delete(trees, tree);
        }
    }

    @Override
    public OptionalLong usedBytes(TreeId tree, SpaceAccount account) throws IOException {
        return OptionalLong.empty();
    }

    @Override
    public boolean release(SpaceAccount account) throws IOException {
        return true;
    }

    /** Charges the space of a new tree to its account, and limits the account. */
    protected void charge(FileHandle parent, TreeId tree, TreeSpec spec) throws IOException {
        if (spec.limit().isPresent()) {
            throw new IllegalArgumentException("no size limits without quotas");
        }
    }

    /** Makes durable what was done to the tree as a whole, and to its account. */
    final void commit(TreeId tree) throws IOException {
        try (FileHandle subvolume = FileHandle.openDirectory(path(tree))) {
            commits.run(() -> Btrfs.commit(subvolume));
        }
    }

    final Path directory() {
        return trees.directory();
    }

    private void createSubvolume(FileHandle parent, TreeId tree) throws IOException {
        try {
            Btrfs.createSubvolume(parent, tree.toString());
        } catch (LinuxException e) {
            if (e.is(Errno.EEXIST)) {
                throw (FileAlreadyExistsException)
                        new FileAlreadyExistsException(path(tree).toString()).initCause(e);
            }
            throw e;
        }
    }
}
