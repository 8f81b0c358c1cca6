package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.linux.RawPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a directory and all below it, depth first, the names of each directory in the order of their bytes. Any depth will
 * do: of the directories on the way down, only the last few are open. Memory grows with the largest directory. What vanishes
 * meanwhile is passed over; what is mounted in the tree is not entered.
 */
final class Walk implements AutoCloseable {
    private static final int OPEN_MOST = 32;

    private final List<Level> levels = new ArrayList<>();
    private final long mount;
    private final boolean recursive;

    /** A directory on the way down; the first one's handle is the caller's. */
    private static final class Level {
        private final byte[] name;
        private final Inodes.Identity identity;
        private final Iterator<byte[]> names;
        private @Nullable FileHandle handle;

        Level(byte[] name, FileHandle handle) throws IOException {
            this.name = name;
            this.identity = Inodes.identity(handle);
            this.handle = handle;
            List<byte[]> sorted = handle.names();
            sorted.sort(Arrays::compareUnsigned);
            this.names = sorted.iterator();
        }
    }

    private Walk(FileHandle root, boolean recursive) throws IOException {
        this.recursive = recursive;
        this.mount = Inodes.mount(root);
        levels.add(new Level(new byte[0], root));
    }

    /**
     * Walks somebody through.
     *
     * @param root just opened; stays the caller's
     * @param recursive whether directories are entered
     */
    static void through(FileHandle root, boolean recursive, Visit.Visitor visitor) throws IOException {
        try (Walk walk = new Walk(root, recursive)) {
            walk.run(visitor);
        }
    }

    private void run(Visit.Visitor visitor) throws IOException {
        while (true) {
            Level level = levels.getLast();
            if (level.names.hasNext()) {
                visit(level, level.names.next(), visitor);
            } else if (levels.size() > 1) {
                close(levels.removeLast());
                visitor.leave(() -> handle(levels.size() - 1), level.name);
            } else {
                return;
            }
        }
    }

    private void visit(Level level, byte[] name, Visit.Visitor visitor) throws IOException {
        FileHandle directory = handle(levels.size() - 1);
        try (Node node = Node.in(directory, name)) {
            FileStatus status = node.status();
            visitor.visit(new Visit(path(name), directory, name, node, status));
            if (recursive && status.kind() == FileKind.DIRECTORY) {
                enter(name, node, visitor);
            }
        } catch (LinuxException e) {
            if (!e.is(Errno.ENOENT) || level.handle == null || stillThere(directory, name)) {
                throw e;
            }
        }
    }

    /** Of a live tree. */
    private static boolean stillThere(FileHandle directory, byte[] name) throws IOException {
        try {
            Node.in(directory, name).close();
            return true;
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    private void enter(byte[] name, Node node, Visit.Visitor visitor) throws IOException {
        FileHandle handle = node.open();
        try {
            if (Inodes.mount(handle) != mount) {
                handle.close();
                visitor.leave(() -> handle(levels.size() - 1), name);
                return;
            }
            levels.add(new Level(name, handle));
        } catch (LinuxException e) {
            handle.close();
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            // Removed just now, but it was shown.
            visitor.leave(() -> handle(levels.size() - 1), name);
            return;
        } catch (IOException | RuntimeException e) {
            handle.close();
            throw e;
        }
        int outer = levels.size() - 1 - OPEN_MOST;
        if (outer > 0) {
            close(levels.get(outer));
        }
    }

    /** The handle of a level, which is opened again if need be, by way of the nearest one above that is open. */
    private FileHandle handle(int index) throws IOException {
        int open = index;
        while (levels.get(open).handle == null) {
            open--;
        }
        for (int i = open; i < index; i++) {
            FileHandle above = Objects.requireNonNull(levels.get(i).handle);
            Level next = levels.get(i + 1);
            FileHandle handle = above.openDirectoryAt(next.name);
            next.handle = handle;
            if (!Inodes.identity(handle).equals(next.identity)) {
                throw new FilesException(Reason.CHANGED, handle + " was replaced while it was being read");
            }
            if (i > 0 && i <= index - OPEN_MOST) {
                close(levels.get(i));
            }
        }
        return Objects.requireNonNull(levels.get(index).handle);
    }

    private byte[] path(byte[] last) {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        for (Level level : levels.subList(1, levels.size())) {
            path.writeBytes(level.name);
            path.write('/');
        }
        path.writeBytes(last);
        return path.toByteArray();
    }

    private static void close(Level level) throws IOException {
        FileHandle handle = level.handle;
        level.handle = null;
        if (handle != null) {
            handle.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (Level level : levels.subList(1, levels.size())) {
            close(level);
        }
    }

    @Override
    public String toString() {
        return RawPath.display(path(new byte[0]));
    }
}
