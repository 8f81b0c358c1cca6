package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.DirectoryDescent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.RawPath;
import java.io.IOException;
import java.util.List;

/** The directories on the way down to where a walk is, of which the first one may lie somewhere in the tree. Closes all of them. */
final class DirectoryChain implements AutoCloseable {
    private final DirectoryDescent descent;
    private final byte[] prefix;
    private final int depth;

    /**
     * At the root of a tree.
     *
     * @param root is closed with this
     */
    DirectoryChain(FileHandle root) {
        this(root, new byte[0], 0);
    }

    private DirectoryChain(FileHandle top, byte[] prefix, int depth) {
        this.descent = new DirectoryDescent(
                top,
                found -> new ChangedMeanwhileException(found.toString(), "another directory was put in its place"));
        this.prefix = prefix;
        this.depth = depth;
    }

    /** Another chain that begins in a directory of the last one, as deep in the tree. */
    DirectoryChain below(byte[] name) throws IOException {
        return new DirectoryChain(handle().openDirectoryAt(name), path(name), depth() + 1);
    }

    /** The name of the last one. */
    byte[] name() {
        return descent.name();
    }

    /** The first one, which stays with this. */
    FileHandle top() {
        return descent.top();
    }

    /** How many directories lie between the root and the last one, that one included. */
    int depth() {
        return depth + descent.depth();
    }

    /** Goes to the directory of this path, by way of what both have in common; the first one is an empty path. */
    FileHandle go(List<byte[]> names) throws IOException {
        return descent.go(names);
    }

    /** Goes down into a directory of the last one, and opens it. */
    FileHandle enter(byte[] name) throws IOException {
        return descent.enter(name);
    }

    /** Goes up to the one that the last one lies in. */
    void leave() throws IOException {
        descent.leave();
    }

    /** The last one; its handle stays with this. */
    FileHandle handle() throws IOException {
        return descent.handle();
    }

    /** The path of a name in the last one, from the root, without a slash at its beginning; of an empty name, of the last one itself. */
    byte[] path(byte[] name) {
        return RawPath.joined(RawPath.joined(prefix, descent.path()), name);
    }

    /** {@link #path} for people. */
    String display(byte[] name) {
        return "'/" + RawPath.display(path(name)) + "'";
    }

    @Override
    public void close() throws IOException {
        try {
            descent.close();
        } finally {
            descent.top().close();
        }
    }
}
