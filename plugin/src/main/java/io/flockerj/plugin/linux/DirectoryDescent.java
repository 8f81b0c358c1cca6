package io.flockerj.plugin.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The directories on the way down a tree to where something is being done, each reached by its name in the one above, through no
 * symbolic link. Of these only the last few are open, whatever the depth; the others are opened again when the work comes back to
 * them, and are then the ones that they were, or that is a failure. Closes all but the top. For one thread.
 */
public final class DirectoryDescent implements AutoCloseable {
    /** So many are open at once, beside the top. */
    static final int OPEN_MOST = 32;

    private final FileHandle top;
    private final Function<FileHandle, IOException> replaced;
    private final List<Level> levels = new ArrayList<>();

    /** A directory below the top. */
    private static final class Level {
        private final byte[] name;
        private @Nullable FileHandle handle;
        /** Only of one that has been closed on the way down. */
        private Inodes.@Nullable Identity identity;

        Level(byte[] name, FileHandle handle) {
            this.name = name;
            this.handle = handle;
        }
    }

    /**
     * At the top.
     *
     * @param top stays the caller's, who closes it after this
     * @param replaced the failure if, on the way back, another directory is found in the place of one
     */
    public DirectoryDescent(FileHandle top, Function<FileHandle, IOException> replaced) {
        this.top = top;
        this.replaced = replaced;
    }

    public FileHandle top() {
        return top;
    }

    /** How many directories below the top the last one lies. */
    public int depth() {
        return levels.size();
    }

    /** The name of the last one; empty at the top. */
    public byte[] name() {
        return levels.isEmpty() ? new byte[0] : levels.getLast().name;
    }

    /** The path of the last one from the top, without a slash at its beginning; empty at the top. */
    public byte[] path() {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        for (Level level : levels) {
            if (path.size() > 0) {
                path.write('/');
            }
            path.writeBytes(level.name);
        }
        return path.toByteArray();
    }

    /** Goes down into the directory of this name in the last one, and opens it; the handle is as that of {@link #handle}. */
    public FileHandle enter(byte[] name) throws IOException {
        FileHandle opened = handle().openDirectoryAt(name);
        enter(name, opened);
        return opened;
    }

    /** Goes down into the directory of this name in the last one, which somebody has opened: it is closed by this. */
    public void enter(byte[] name, FileHandle opened) throws IOException {
        levels.add(new Level(name, opened));
        if (levels.size() > OPEN_MOST) {
            putAside(levels.get(levels.size() - 1 - OPEN_MOST));
        }
    }

    /** Goes up to the directory that the last one lies in. */
    public void leave() throws IOException {
        close(levels.removeLast());
    }

    /** Goes to the directory of this path from the top, by way of what both have in common. */
    public FileHandle go(List<byte[]> path) throws IOException {
        int common = 0;
        while (common < path.size()
                && common < levels.size()
                && Arrays.equals(path.get(common), levels.get(common).name)) {
            common++;
        }
        while (levels.size() > common) {
            leave();
        }
        for (byte[] name : path.subList(common, path.size())) {
            enter(name);
        }
        return handle();
    }

    /** The last one; the handle stays with this, and is good until this moves. */
    public FileHandle handle() throws IOException {
        FileHandle last = levels.isEmpty() ? top : levels.getLast().handle;
        return last == null ? reopened() : last;
    }

    /** Opens the last few again, so that this is not needed at each step back. */
    private FileHandle reopened() throws IOException {
        FileHandle here = top;
        for (int i = 0; i < levels.size(); i++) {
            here = reopened(levels.get(i), here);
            if (i >= OPEN_MOST) {
                putAside(levels.get(i - OPEN_MOST));
            }
        }
        return here;
    }

    private FileHandle reopened(Level level, FileHandle outer) throws IOException {
        FileHandle open = level.handle;
        if (open != null) {
            return open;
        }
        FileHandle handle = outer.openDirectoryAt(level.name);
        try {
            if (!Inodes.identity(handle).equals(level.identity)) {
                throw replaced.apply(handle);
            }
        } catch (IOException | RuntimeException e) {
            handle.close();
            throw e;
        }
        level.handle = handle;
        return handle;
    }

    private static void putAside(Level level) throws IOException {
        FileHandle handle = level.handle;
        if (handle != null && level.identity == null) {
            level.identity = Inodes.identity(handle);
        }
        close(level);
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
