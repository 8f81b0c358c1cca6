package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.linux.DirectoryDescent;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.linux.RawPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Goes through a directory and all below it, depth first, the names of each directory in the order of their bytes. Any depth will
 * do. Memory grows with the largest directory. What vanishes meanwhile is passed over; what is mounted in the tree is not entered.
 */
final class Walk implements AutoCloseable {
    private final DirectoryDescent descent;
    /** Those still to come, of each directory on the way down. */
    private final List<Iterator<byte[]>> names = new ArrayList<>();

    private final long mount;
    private final boolean recursive;

    private Walk(FileHandle root, boolean recursive) throws IOException {
        this.recursive = recursive;
        this.mount = Inodes.mount(root);
        this.descent = new DirectoryDescent(
                root, found -> new FilesException(Reason.CHANGED, found + " was replaced while it was being read"));
        names.add(sorted(root));
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
            Iterator<byte[]> left = names.getLast();
            if (left.hasNext()) {
                visit(left.next(), visitor);
            } else if (names.size() > 1) {
                names.removeLast();
                byte[] name = descent.name();
                descent.leave();
                visitor.leave(descent::handle, name);
            } else {
                return;
            }
        }
    }

    private void visit(byte[] name, Visit.Visitor visitor) throws IOException {
        FileHandle directory = descent.handle();
        try (Node node = Node.in(directory, name)) {
            FileStatus status = node.status();
            visitor.visit(new Visit(RawPath.joined(descent.path(), name), directory, name, node, status));
            if (recursive && status.kind() == FileKind.DIRECTORY) {
                enter(name, node, visitor);
            }
        } catch (LinuxException e) {
            if (!e.is(Errno.ENOENT) || stillThere(directory, name)) {
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
        Iterator<byte[]> inside;
        try {
            if (Inodes.mount(handle) != mount) {
                handle.close();
                visitor.leave(descent::handle, name);
                return;
            }
            inside = sorted(handle);
        } catch (LinuxException e) {
            handle.close();
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            // Removed just now, but it was shown.
            visitor.leave(descent::handle, name);
            return;
        } catch (IOException | RuntimeException e) {
            handle.close();
            throw e;
        }
        descent.enter(name, handle);
        names.add(inside);
    }

    private static Iterator<byte[]> sorted(FileHandle directory) throws IOException {
        List<byte[]> sorted = directory.names();
        sorted.sort(Arrays::compareUnsigned);
        return sorted.iterator();
    }

    @Override
    public void close() throws IOException {
        descent.close();
    }

    @Override
    public String toString() {
        return RawPath.display(descent.path());
    }
}
