package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.RawPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The directories on the way down to where a walk is. Of these only the last few are open, whatever the depth; the others are opened
 * again when the walk comes back to them. Closes all of them.
 */
final class DirectoryChain implements AutoCloseable {
    private static final int OPEN_MOST = 32;

    private final List<Level> levels = new ArrayList<>();
    private final byte[] prefix;
    private final int depth;

    private static final class Level {
        private final byte[] name;
        private final Inodes.Identity identity;
        private @Nullable FileHandle handle;

        Level(byte[] name, FileHandle handle, Inodes.Identity identity) {
            this.name = name;
            this.handle = handle;
            this.identity = identity;
        }
    }

    /**
     * At the root of a tree.
     *
     * @param root is closed with this
     */
    DirectoryChain(FileHandle root, FileStatus status) {
        this(root, status, new byte[0], 0);
    }

    private DirectoryChain(FileHandle top, FileStatus status, byte[] prefix, int depth) {
        this.prefix = prefix;
        this.depth = depth;
        levels.add(new Level(new byte[0], top, status.identity()));
    }

    /** Another chain that begins in a directory of the last one, as deep in the tree. */
    DirectoryChain below(byte[] name, FileStatus status) throws IOException {
        FileHandle opened = handle().openDirectoryAt(name);
        return new DirectoryChain(opened, status, path(name), depth() + 1);
    }

    /** The name of the last one. */
    byte[] name() {
        return levels.getLast().name;
    }

    /** The first one, which stays with this. */
    FileHandle top() {
        return Objects.requireNonNull(levels.getFirst().handle);
    }

    /** How many directories lie between the root and the last one, that one included. */
    int depth() {
        return depth + levels.size() - 1;
    }

    /** Goes to the directory of this path, by way of what both have in common; the first one is an empty path. */
    FileHandle go(List<byte[]> names) throws IOException {
        int common = 0;
        while (common < names.size()
                && common < levels.size() - 1
                && Arrays.equals(names.get(common), levels.get(common + 1).name)) {
            common++;
        }
        while (levels.size() - 1 > common) {
            leave();
        }
        for (byte[] name : names.subList(common, names.size())) {
            enter(name, FileStatus.in(handle(), name));
        }
        return handle();
    }

    /** Goes down into a directory of the last one, and opens it. */
    FileHandle enter(byte[] name, FileStatus status) throws IOException {
        FileHandle opened = handle().openDirectoryAt(name);
        levels.add(new Level(name, opened, status.identity()));
        int outer = levels.size() - 1 - OPEN_MOST;
        if (outer > 0) {
            close(levels.get(outer));
        }
        return opened;
    }

    /** Goes up to the one that the last one lies in. */
    void leave() throws IOException {
        close(levels.removeLast());
    }

    /** The last one; its handle stays with this. */
    FileHandle handle() throws IOException {
        int open = levels.size() - 1;
        while (levels.get(open).handle == null) {
            open--;
        }
        for (; open < levels.size() - 1; open++) {
            FileHandle above = Objects.requireNonNull(levels.get(open).handle);
            Level next = levels.get(open + 1);
            FileHandle handle = above.openDirectoryAt(next.name);
            next.handle = handle;
            if (!Inodes.identity(handle).equals(next.identity)) {
                throw new IOException("cannot read " + handle
                        + ": another directory was put in its place; take a snapshot, and read that");
            }
            if (open > 0 && open < levels.size() - OPEN_MOST) {
                close(levels.get(open));
            }
        }
        return Objects.requireNonNull(levels.getLast().handle);
    }

    /** The path of a name in the last one, from the root, without a slash at its beginning; of an empty name, of the last one itself. */
    byte[] path(byte[] name) {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        path.writeBytes(prefix);
        for (Level level : levels.subList(1, levels.size())) {
            append(path, level.name);
        }
        append(path, name);
        return path.toByteArray();
    }

    private static void append(ByteArrayOutputStream path, byte[] name) {
        if (path.size() > 0 && name.length > 0) {
            path.write('/');
        }
        path.writeBytes(name);
    }

    /** {@link #path} for people. */
    String display(byte[] name) {
        return "'/" + RawPath.display(path(name)) + "'";
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
        for (Level level : levels) {
            close(level);
        }
    }
}
