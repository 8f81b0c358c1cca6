package io.flockerj.plugin.storage;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.RawPath;
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
 * no link and enters no other mount; directories nested deep are first moved up; files marked immutable or append-only are unmarked.
 */
public final class TreeDeletion {
    /**
     * Below this, directories are moved up: the path of what lies higher, with names of 255 bytes, is shorter than PATH_MAX
     * (include/uapi/linux/limits.h) by more than what the tree's own path takes, and few handles are open.
     */
    private static final int DEEPEST = 12;

    /** Names that are read from a directory before they are deleted, so that memory does not grow with it. */
    private static final int BATCH = 4096;

    private final Path root;
    private long moved;

    private TreeDeletion(Path root) {
        this.root = root;
    }

    /**
     * Deletes a tree, or whatever is in its place, if anything is. Nobody may be using it.
     *
     * @throws IOException for the first file that cannot be deleted, or directory that something is mounted on
     */
    public static void delete(TreeDirectory trees, TreeId tree) throws IOException {
        deleteDoomed(trees, tree);
        Path root = trees.path(tree);
        if (Inodes.exists(root)) {
            unmarking(trees.directory(), name(root), () -> trees.doom(tree));
            deleteDoomed(trees, tree);
        }
    }

    private static void deleteDoomed(TreeDirectory trees, TreeId tree) throws IOException {
        delete(trees.doomedPath(tree));
    }

    /**
     * Deletes a directory of which nobody takes a part for the whole, if it is there.
     *
     * @throws IOException as {@link #delete(TreeDirectory, TreeId)}
     */
    public static void delete(Path root) throws IOException {
        if (Inodes.isDirectory(root)) {
            new TreeDeletion(root).run();
        }
        unmarking(Objects.requireNonNull(root.getParent()), name(root), () -> Files.deleteIfExists(root));
    }

    private static Path name(Path root) {
        return Objects.requireNonNull(root.getFileName());
    }

    /**
     * A directory on the way down. It is open twice: the JDK deletes by its own handle, of which it cannot tell what is mounted.
     *
     * @param top the tree's root
     */
    private record Level(
            SecureDirectoryStream<Path> top,
            SecureDirectoryStream<Path> stream,
            FileHandle handle,
            Path path,
            int depth) {}

    private void run() throws IOException {
        boolean more = true;
        while (more) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(root);
                    FileHandle handle = FileHandle.openDirectory(root)) {
                SecureDirectoryStream<Path> top = (SecureDirectoryStream<Path>) stream;
                more = deleteSome(new Level(top, top, handle, root, 1));
            }
        }
    }

    /** Answers false if there was nothing. */
    private boolean deleteSome(Level level) throws IOException {
        List<Path> names = firstNames(level.stream());
        for (Path name : names) {
            delete(level, name);
        }
        return !names.isEmpty();
    }

    private void delete(Level level, Path name) throws IOException {
        if (!isDirectory(level.stream(), name)) {
            unmarking(level.path(), name, () -> level.stream().deleteFile(name));
        } else if (level.depth() < DEEPEST || !movedUp(level, name)) {
            empty(level, name);
            unmarking(level.path(), name, () -> level.stream().deleteDirectory(name));
        }
    }

    private void empty(Level outer, Path name) throws IOException {
        Path path = outer.path().resolve(name);
        boolean more = true;
        while (more) {
            // Looked at after it was opened, so that a mount that is made at this moment is seen, or not deleted from.
            try (SecureDirectoryStream<Path> stream =
                            outer.stream().newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
                    FileHandle handle = outer.handle().openDirectoryAt(RawPath.bytes(name))) {
                refuseMount(outer.handle(), handle, path);
                more = deleteSome(new Level(outer.top(), stream, handle, path, outer.depth() + 1));
            }
        }
    }

    /** What is mounted in a tree is not the tree's. */
    private static void refuseMount(FileHandle outer, FileHandle inner, Path path) throws IOException {
        if (Inodes.mount(inner) != Inodes.mount(outer)) {
            throw new IOException("something is mounted on " + path + ", in a tree that is to be deleted; unmount it");
        }
    }

    /** Not possible out of a btrfs subvolume, which a container can make anywhere: there, handles have to do. */
    private boolean movedUp(Level level, Path name) throws IOException {
        Path free = freeName();
        try {
            unmarking(level.path(), name, () -> level.stream().move(name, level.top(), free));
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
            name = Path.of(name(root) + "-" + moved++);
        } while (Inodes.exists(root.resolve(name)));
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
