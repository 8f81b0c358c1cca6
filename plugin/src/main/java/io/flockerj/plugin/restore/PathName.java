package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.progress.CancelledException;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Where an entry lies in the tree, made up only if somebody wants to know.
 *
 * @param directory tells the path of the one that it is in, from the target
 * @param name empty for that directory itself
 */
@SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
record PathName(Supplier<byte[]> directory, byte[] name) {
    /** Of characters in messages: how deep directories lie is up to others. */
    private static final int SHOWN = 4096;

    byte[] bytes() {
        return RawPath.joined(directory.get(), name);
    }

    /** A failure that tells where it happened. That the work is no longer wanted stays what it is. */
    IOException named(IOException failure) {
        return failure instanceof RestoreException || failure instanceof CancelledException
                ? failure
                : new RestoreException(toString(), failure);
    }

    /** For people: {@code /etc/x}. */
    @Override
    public String toString() {
        String path = "/" + RawPath.display(bytes());
        return path.length() <= SHOWN ? path : "…" + path.substring(path.length() - SHOWN);
    }
}
