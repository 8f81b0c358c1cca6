package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.linux.DirectoryEntries;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.linux.RawPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The directories on the way to where something is being made in a tree, each reached by the handle of the one above, through no
 * symbolic link. A directory that is left gets back the time that it had when it was entered, and its default access control
 * list, which what was made in it must not inherit; so they may be set before anything is in it.
 */
final class DirectoryStack implements AutoCloseable {
    private static final byte[] DEFAULT_LIST = AccessList.DEFAULT.getBytes(StandardCharsets.US_ASCII);
    private static final int MISSING_MODE = 0755;

    private final List<Level> levels = new ArrayList<>();

    /** A directory that is open. */
    private static final class Level {
        private final byte[] name;
        private final FileHandle handle;
        private long modified;
        private int modifiedNanos;
        private Optional<byte[]> defaultList = Optional.empty();

        Level(byte[] name, FileHandle handle) {
            this.name = name;
            this.handle = handle;
        }

        void remember() throws IOException {
            try (Node node = Node.of(handle)) {
                FileStatus status = node.status();
                modified = status.modified();
                modifiedNanos = status.modifiedNanos();
                defaultList = node.attribute(DEFAULT_LIST);
                if (defaultList.isPresent()) {
                    node.removeAttribute(DEFAULT_LIST);
                }
            }
        }

        void restore() throws IOException {
            try (Node node = Node.of(handle)) {
                if (defaultList.isPresent()) {
                    node.setAttribute(DEFAULT_LIST, defaultList.get());
                }
                node.setModified(modified, modifiedNanos);
            }
        }
    }

    /**
     * At the root of a tree.
     *
     * @param root is closed with this
     */
    DirectoryStack(FileHandle root) throws IOException {
        Level level = new Level(new byte[0], root);
        levels.add(level);
        level.remember();
    }

    FileHandle root() {
        return levels.getFirst().handle;
    }

    /** What has been set on the root is what it is to have in the end. */
    void rootChanged() throws IOException {
        levels.getFirst().remember();
    }

    /** The directory at the end of these names, the missing ones made; the handle stays with this. */
    FileHandle enter(List<byte[]> names) throws IOException {
        int common = 0;
        while (common < names.size()
                && common < levels.size() - 1
                && Arrays.equals(names.get(common), levels.get(common + 1).name)) {
            common++;
        }
        leaveTo(common);
        for (byte[] name : names.subList(common, names.size())) {
            FileHandle handle = open(levels.getLast().handle, name);
            Level level = new Level(name, handle);
            levels.add(level);
            level.remember();
        }
        return levels.getLast().handle;
    }

    private static FileHandle open(FileHandle directory, byte[] name) throws IOException {
        try {
            return directory.openDirectoryAt(name);
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                DirectoryEntries.makeDirectory(directory, name, MISSING_MODE);
                return directory.openDirectoryAt(name);
            }
            if (e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                throw new FilesException(
                        Reason.BAD_ARCHIVE,
                        "its name leads through '" + RawPath.display(name)
                                + "', which is no directory but a file or a symbolic link",
                        e);
            }
            throw e;
        }
    }

    /** Leaves all but the root, and restores it too. */
    void finish() throws IOException {
        leaveTo(0);
        levels.getFirst().restore();
    }

    private void leaveTo(int depth) throws IOException {
        while (levels.size() - 1 > depth) {
            Level level = levels.getLast();
            level.restore();
            levels.removeLast();
            level.handle.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (Level level : levels) {
            level.handle.close();
        }
    }
}
