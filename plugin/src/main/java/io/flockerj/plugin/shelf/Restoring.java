package io.flockerj.plugin.shelf;

import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.restore.Restored;
import io.flockerj.plugin.restore.TreeRestore;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.NoRoomException;
import io.flockerj.store.tree.Totals;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes directories of what a shelf holds. */
record Restoring(Shelf shelf, Room room) {
    private static final Logger LOG = LoggerFactory.getLogger(Restoring.class);

    /** About what a name takes, with its inode, or its block in a directory, or a small file's block. */
    private static final long BYTES_OF_ENTRY = 4096;

    /** How many bytes may still be written to the pool, apart from what is kept free. */
    @FunctionalInterface
    interface Room {
        long bytes() throws IOException;
    }

    /**
     * Makes sure that there is room for a tree.
     *
     * @throws NoRoomException if there is not
     */
    void requireRoom(TreeRef content) throws IOException {
        Totals totals = content.totals();
        long most = Long.MAX_VALUE / BYTES_OF_ENTRY / 2;
        long needed = Math.min(totals.data(), Long.MAX_VALUE / 2) + Math.min(totals.entries(), most) * BYTES_OF_ENTRY;
        long free = room.bytes();
        if (needed > free) {
            throw new NoRoomException(new ByteSize(needed), new ByteSize(free));
        }
    }

    /** Fills an empty directory; syncs nothing. */
    void run(TreeRef content, Path directory, Progress progress) throws IOException {
        try (Shelf.Reading reading = shelf.reader()) {
            Restored restored = new TreeRestore(reading.chunks(), shelf.workers(), progress).whole(content, directory);
            if (restored.notKept() > 0) {
                LOG.atWarn()
                        .addKeyValue("directory", directory)
                        .addKeyValue("count", restored.notKept())
                        .addKeyValue("first", restored.examples().getFirst())
                        .log("Not everything that a snapshot holds can be had on this file system");
            }
        }
    }
}
