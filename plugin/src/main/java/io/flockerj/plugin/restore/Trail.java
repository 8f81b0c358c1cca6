package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.FileHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The directories from the target to where something is being done, each opened by its name in the one above, through no symbolic link. Only
 * the innermost are kept open, for they can lie very deep.
 */
final class Trail implements AutoCloseable {
    /** So many are open at once, beside the target. */
    static final int OPEN_MOST = 64;

    private final FileHandle root;
    private final List<Level> levels = new ArrayList<>();

    private static final class Level {
        final byte[] name;

        @Nullable
        FileHandle handle;

        Level(byte[] name, FileHandle handle) {
            this.name = name;
            this.handle = handle;
        }
    }

    /** Begins at the target, whose handle stays the caller's. */
    Trail(FileHandle root) {
        this.root = root;
    }

    FileHandle root() {
        return root;
    }

    /** How many directories below the target. */
    int depth() {
        return levels.size();
    }

    /** Enters a directory in the one where the trail ends. */
    void enter(byte[] name) throws IOException {
        levels.add(new Level(name, handle().openDirectoryAt(name)));
        if (levels.size() > OPEN_MOST) {
            close(levels.get(levels.size() - 1 - OPEN_MOST));
        }
    }

    void leave() throws IOException {
        close(levels.removeLast());
    }

    /** The directory where the trail ends, until it moves. */
    FileHandle handle() throws IOException {
        if (levels.isEmpty()) {
            return root;
        }
        if (levels.getLast().handle == null) {
            reopen();
        }
        return Objects.requireNonNull(levels.getLast().handle);
    }

    /** Opens the innermost again, so that this is not needed at each step back. */
    private void reopen() throws IOException {
        int kept = Math.max(0, levels.size() - OPEN_MOST);
        FileHandle above = root;
        for (int i = 0; i < levels.size(); i++) {
            Level level = levels.get(i);
            FileHandle opened = above.openDirectoryAt(level.name);
            level.handle = opened;
            if (i > 0 && i <= kept) {
                close(levels.get(i - 1));
            }
            above = opened;
        }
    }

    /** The path from the target; empty for the target. */
    byte[] path() {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        for (Level level : levels) {
            if (path.size() > 0) {
                path.write('/');
            }
            path.writeBytes(level.name);
        }
        return path.toByteArray();
    }

    /** Where a name in the directory lies at which the trail ends now. */
    PathName of(byte[] name) {
        return new PathName(this, name);
    }

    /** Where the directory lies at which the trail ends now. */
    PathName itself() {
        return new PathName(this, new byte[0]);
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
