package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.storage.TreeDirectory;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Deletes a subvolume with those that are nested in it. Any user of a container can have made some, made them read-only, and,
 * with enough privileges, marked directories as immutable or append-only; all of that makes the kernel refuse.
 */
final class SubvolumeDeletion {
    private final Path root;

    private SubvolumeDeletion(Path root) {
        this.root = root;
    }

    /** Deletes a tree that is a subvolume, and leaves alone what is not. Nobody may be using it. */
    static void delete(TreeDirectory trees, TreeId tree) throws IOException {
        deleteDoomed(trees, tree);
        Path root = trees.path(tree);
        if (isSubvolume(root)) {
            new SubvolumeDeletion(root).unlocking(() -> trees.doom(tree));
            deleteDoomed(trees, tree);
        }
    }

    private static void deleteDoomed(TreeDirectory trees, TreeId tree) throws IOException {
        Path root = trees.doomedPath(tree);
        if (isSubvolume(root)) {
            SubvolumeDeletion deletion = new SubvolumeDeletion(root);
            deletion.unlocking(() -> deletion.destroyAll(trees.directory()));
        }
    }

    private static boolean isSubvolume(Path root) throws IOException {
        return Inodes.exists(root) && Btrfs.isSubvolumeRoot(root);
    }

    private void destroyAll(Path trees) throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(root)) {
            for (Btrfs.NestedSubvolume nested : nested(handle)) {
                Btrfs.destroyNested(handle, nested);
            }
        }
        try (FileHandle directory = FileHandle.openDirectory(trees)) {
            Btrfs.destroySubvolume(directory, root.getFileName().toString());
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Does the step; if that fails, makes all subvolumes writable, takes their marks off, and does it again. */
    private void unlocking(Step step) throws IOException {
        try {
            step.run();
        } catch (LinuxException | FileSystemException refusal) {
            try {
                unlock();
            } catch (IOException e) {
                refusal.addSuppressed(e);
                throw refusal;
            }
            step.run();
        }
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
