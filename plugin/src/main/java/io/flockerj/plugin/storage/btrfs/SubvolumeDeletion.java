package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.storage.TreeDirectory;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Deletes a subvolume with those that are nested in it. Any user of a container can have made some, made them read-only, and,
 * with enough privileges, marked directories as immutable or append-only; all of that makes the kernel refuse.
 */
final class SubvolumeDeletion {
    private final FileHandle directory;
    private final TreeId tree;
    private final Path root;

    private SubvolumeDeletion(FileHandle directory, TreeId tree, Path root) {
        this.directory = directory;
        this.tree = tree;
        this.root = root;
    }

    /** Deletes a tree that is a subvolume. Nobody may be using it. */
    static void delete(TreeDirectory trees, TreeId tree) throws IOException {
        try (FileHandle directory = FileHandle.openDirectory(trees.directory())) {
            SubvolumeDeletion deletion = new SubvolumeDeletion(directory, tree, trees.path(tree));
            try {
                deletion.destroyAll();
            } catch (LinuxException e) {
                deletion.unlockAndDestroy(e);
            }
        }
    }

    private void destroyAll() throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(root)) {
            for (Btrfs.NestedSubvolume nested : nested(handle)) {
                Btrfs.destroyNested(handle, nested);
            }
        }
        Btrfs.destroySubvolume(directory, tree.toString());
    }

    private void unlockAndDestroy(LinuxException refusal) throws IOException {
        try {
            unlock();
        } catch (IOException e) {
            refusal.addSuppressed(e);
            throw refusal;
        }
        destroyAll();
    }

    /** Outer ones first, for nothing in a read-only subvolume can be unmarked. */
    private void unlock() throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(root)) {
            Btrfs.makeWritable(handle);
            Inodes.clearImmutable(root);
            List<Btrfs.NestedSubvolume> outerFirst = new ArrayList<>(nested(handle));
            Collections.reverse(outerFirst);
            for (Btrfs.NestedSubvolume nested : outerFirst) {
                unlock(nested.path());
            }
        }
    }

    private void unlock(byte[] path) throws IOException {
        FileHandle here = FileHandle.openDirectory(root);
        try {
            for (byte[] name : RawPath.names(path)) {
                FileHandle next = here.openDirectoryAt(name);
                try (FileHandle outer = here) {
                    here = next;
                    if (Btrfs.isSubvolumeRoot(next)) {
                        Btrfs.makeWritable(next);
                    }
                    Inodes.clearImmutable(outer, name);
                }
            }
        } finally {
            here.close();
        }
    }

    private static List<Btrfs.NestedSubvolume> nested(FileHandle root) throws IOException {
        return Btrfs.nestedBelow(root, Btrfs.subvolumeId(root));
    }
}
