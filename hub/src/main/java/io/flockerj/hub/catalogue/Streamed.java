package io.flockerj.hub.catalogue;

import io.flockerj.hub.catalogue.CatalogueException.Reason;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Something in a snapshot that is sent while it is read, piece by piece, as fast as it is taken. For one thread, which closes it: until then
 * it holds one of the few turns.
 */
public final class Streamed implements AutoCloseable {
    private final OpenTree tree;
    private final TreePath path;
    private final Entry entry;
    private final Runnable closing;

    Streamed(OpenTree tree, TreePath path, Entry entry, Runnable closing) {
        this.tree = tree;
        this.path = path;
        this.entry = entry;
        this.closing = closing;
    }

    /** What it is. */
    public Entry entry() {
        return entry;
    }

    /** How long a file is; fails if it is none. */
    public long size() throws CatalogueException {
        return switch (entry.item()) {
            case Item.SmallFile file -> file.content().length();
            case Item.LargeFile file -> file.size();
            case Item.Directory _, Item.SymbolicLink _, Item.Fifo _, Item.Socket _, Item.Device _ ->
                throw new CatalogueException(Reason.OTHER_TYPE, path + " is no file");
        };
    }

    /**
     * Writes a part of a file.
     *
     * @throws IOException if something is damaged; what was written until then is right
     */
    public void writeFile(long from, long length, OutputStream out) throws IOException {
        Damage.told(() -> {
            new ContentStream(tree.chunks()).write(entry.item(), from, length, out);
            return path;
        });
    }

    /** How many bytes the files of an archive have, each name counted. */
    public long totalBytes() {
        return entry.item().totals().bytes();
    }

    /**
     * Writes it, with all that is below, as an archive in POSIX's pax format. What a directory holds is below its name in the archive, what the
     * volume holds below {@code ./}.
     *
     * @throws IOException if something is damaged; then the archive has no end
     */
    public void writeTar(OutputStream out) throws IOException {
        Damage.told(() -> {
            new TarExport(tree, out).write(entry, path);
            return path;
        });
    }

    @Override
    public void close() {
        try {
            tree.close();
        } finally {
            closing.run();
        }
    }
}
