package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What attempts that were cut off have left of a tree, or of some much like it. It is only a hint where content may lie on this host already: it may
 * hold anything, torn by a loss of power too, and nothing of it is taken that was not read and compared. For one thread.
 */
public final class EarlierTree implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EarlierTree.class);

    private final List<FileHandle> roots;
    private final LongConsumer brought;

    private EarlierTree(List<FileHandle> roots, LongConsumer brought) {
        this.roots = roots;
        this.brought = brought;
    }

    /** There was no attempt. */
    public static EarlierTree none() {
        return new EarlierTree(List.of(), bytes -> {});
    }

    /**
     * In directories that nobody changes meanwhile; the first of them that has a file is asked for it.
     *
     * @param brought is told of content that could be found again if this attempt is cut off too: of how many bytes more, each time that some are
     *     written, be they fetched or found
     */
    public static EarlierTree in(List<Path> directories, LongConsumer brought) throws IOException {
        EarlierTree tree = new EarlierTree(new ArrayList<>(), brought);
        try {
            for (Path directory : directories) {
                tree.open(directory);
            }
            return tree;
        } catch (IOException | RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    private void open(Path directory) throws IOException {
        try {
            roots.add(FileHandle.openDirectory(directory));
        } catch (LinuxException e) {
            LOG.atDebug().setCause(e).log("What is left of a tree is of use only, and not needed");
        }
    }

    /** Whether there is a regular file at that place. */
    boolean has(PathName path) throws IOException {
        for (FileHandle root : roots) {
            if (has(root, path.bytes())) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(FileHandle root, byte[] path) throws IOException {
        try (FileHandle directory = root.openDirectoryBelow(LinkGroups.directory(path))) {
            return FileStatus.in(directory, LinkGroups.name(path)).kind() == FileKind.FILE;
        } catch (LinuxException e) {
            return false; // What cannot be looked at is fetched.
        }
    }

    /** The regular file at that place, open for reading, if there is one that can be opened. */
    Optional<FileHandle> file(PathName path) throws IOException {
        for (FileHandle root : roots) {
            Optional<FileHandle> file = file(root, path.bytes());
            if (file.isPresent()) {
                return file;
            }
        }
        return Optional.empty();
    }

    private static Optional<FileHandle> file(FileHandle root, byte[] path) throws IOException {
        try (FileHandle directory = root.openDirectoryBelow(LinkGroups.directory(path));
                Node node = Node.in(directory, LinkGroups.name(path))) {
            return node.status().kind() == FileKind.FILE ? Optional.of(node.open()) : Optional.empty();
        } catch (LinuxException e) {
            return Optional.empty(); // What cannot be opened is fetched.
        }
    }

    /** So much content was written. */
    void brought(long bytes) {
        brought.accept(bytes);
    }

    @Override
    public void close() throws IOException {
        for (FileHandle root : roots) {
            root.close();
        }
    }
}
