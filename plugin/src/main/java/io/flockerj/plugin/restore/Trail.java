package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.DirectoryDescent;
import io.flockerj.plugin.linux.FileHandle;
import java.io.IOException;

/** The directories from the target to where something is being done. */
final class Trail implements AutoCloseable {
    private final DirectoryDescent descent;

    /** Begins at the target, whose handle stays the caller's. */
    Trail(FileHandle root) {
        this.descent = new DirectoryDescent(
                root,
                found -> new IOException("cannot go on in " + found
                        + ": another directory was put in its place; nobody else may change what is being restored"));
    }

    FileHandle root() {
        return descent.top();
    }

    /** How many directories below the target. */
    int depth() {
        return descent.depth();
    }

    /** Enters a directory in the one where the trail ends. */
    void enter(byte[] name) throws IOException {
        descent.enter(name);
    }

    void leave() throws IOException {
        descent.leave();
    }

    /** The directory where the trail ends, until it moves. */
    FileHandle handle() throws IOException {
        return descent.handle();
    }

    /** The path from the target; empty for the target. */
    byte[] path() {
        return descent.path();
    }

    /** Where a name in the directory lies at which the trail ends; good while it stays there. */
    PathName of(byte[] name) {
        return new PathName(this::path, name);
    }

    /** Where the directory lies at which the trail ends; good while it stays there. */
    PathName itself() {
        return new PathName(this::path, new byte[0]);
    }

    @Override
    public void close() throws IOException {
        descent.close();
    }
}
