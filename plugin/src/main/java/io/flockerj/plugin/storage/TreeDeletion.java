package io.flockerj.plugin.storage;

import io.flockerj.plugin.linux.Inodes;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/**
 * Deletes a directory tree file by file, from the leaves up. Each step is relative to the handle of its directory and follows
 * no link; directories nested deep are first moved up; files marked immutable or append-only are unmarked.
 */
public final class TreeDeletion {
    /**
     * Below this, directories are moved up: the path of what lies higher, with names of 255 bytes, is shorter than PATH_MAX
     * (include/uapi/linux/limits.h) by more than what the tree's own path takes, and few handles are open.
     */
    private static final int DEEPEST = 12;

    /** Names that are read from a directory before they are deleted, so that memory does not grow with it. */
    private static final int BATCH = 4096;

    private final TreeId tree;
    private final Path root;
    private long moved;

    private TreeDeletion(TreeId tree, Path root) {
        this.tree = tree;
        this.root = root;
    }

    /**
     * Deletes a tree, or whatever is in its place, if anything is. Nobody may be using it.
     *
     * @throws IOException for the first file that cannot be deleted
     */
    public static void delete(TreeDirectory directory, TreeId tree) throws IOException {
        Path root = directory.path(tree);
        if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            new TreeDeletion(tree, root).run();
        }
        unmarking(directory.directory(), Objects.requireNonNull(root.getFileName()), () -> Files.deleteIfExists(root));
    }

    private void run() throws IOException {
        while (true) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(root)) {
                SecureDirectoryStream<Path> handle = (SecureDirectoryStream<Path>) stream;
                List<Path> names = firstNames(handle);
                if (names.isEmpty()) {
                    return;
                }
                for (Path name : names) {
                    delete(handle, handle, root, name, 1);
                }
            }
        }
    }

    private void delete(
            SecureDirectoryStream<Path> top, SecureDirectoryStream<Path> directory, Path path, Path name, int depth)
            throws IOException {
        if (!isDirectory(directory, name)) {
            unmarking(path, name, () -> directory.deleteFile(name));
        } else if (depth < DEEPEST || !movedUp(top, directory, path, name)) {
            empty(top, directory, path, name, depth);
            unmarking(path, name, () -> directory.deleteDirectory(name));
        }
    }

    private void empty(
            SecureDirectoryStream<Path> top, SecureDirectoryStream<Path> directory, Path path, Path name, int depth)
            throws IOException {
        while (true) {
            try (SecureDirectoryStream<Path> inner = directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                List<Path> names = firstNames(inner);
                if (names.isEmpty()) {
                    return;
                }
                for (Path below : names) {
                    delete(top, inner, path.resolve(name), below, depth + 1);
                }
            }
        }
    }

    /** Not possible out of a btrfs subvolume, which a container can make anywhere: there, handles have to do. */
    private boolean movedUp(
            SecureDirectoryStream<Path> top, SecureDirectoryStream<Path> directory, Path path, Path name)
            throws IOException {
        Path free = freeName();
        try {
            unmarking(path, name, () -> directory.move(name, top, free));
            return true;
        } catch (AtomicMoveNotSupportedException e) {
            return false;
        }
    }

    /** A name at the top that nothing has. */
    private Path freeName() throws IOException {
        Inodes.clearImmutable(root);
        Path name;
        do {
            name = Path.of(tree + "-" + moved++);
        } while (Files.exists(root.resolve(name), LinkOption.NOFOLLOW_LINKS));
        return name;
    }

    private static boolean isDirectory(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        BasicFileAttributeView view = Objects.requireNonNull(
                directory.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
        return view.readAttributes().isDirectory();
    }

    private static List<Path> firstNames(DirectoryStream<Path> directory) {
        List<Path> names = new ArrayList<>();
        Iterator<Path> entries = directory.iterator();
        while (names.size() < BATCH && entries.hasNext()) {
            names.add(Objects.requireNonNull(entries.next().getFileName()));
        }
        return names;
    }

    /** Does the step; if that is not permitted, takes the marks off the entry and its directory, and does it again. */
    private static void unmarking(Path directory, Path name, Step step) throws IOException {
        try {
            step.run();
        } catch (FileSystemException e) {
            // An immutable file answers EPERM, for which the JDK has no type of its own.
            unmarkAndRepeat(directory, name, step, e);
        }
    }

    private static void unmarkAndRepeat(Path directory, Path name, Step step, IOException refusal) throws IOException {
        try {
            Inodes.clearImmutable(directory);
            Inodes.clearImmutable(directory.resolve(name));
        } catch (IOException e) {
            refusal.addSuppressed(e);
            throw refusal;
        }
        step.run();
    }

    private interface Step {
        void run() throws IOException;
    }
}
