package io.flockerj.hub.catalogue;

import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.index.DiskChunkIndex;
import io.flockerj.store.index.IndexCache;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is in the packs of repositories, remembered in files, so that a page of a tree does not cost the footers of all packs. A few are open
 * at a time, each for all who read that repository; those go first that were not asked for longest. Safe for many threads.
 */
public final class Indexes implements AutoCloseable {
    /** So many are open, beside those that somebody reads by: each has some 15 MB at most. */
    private static final int MOST_OPEN = 6;

    private static final long MOST_BYTES = 4L << 30;
    private static final int DIGITS = 32;

    private final IndexCache cache;
    private final Map<Id, Open> open = new LinkedHashMap<>(16, 0.75f, true);

    private Indexes(IndexCache cache) {
        this.cache = cache;
    }

    /**
     * Opens them.
     *
     * @param directory that only this uses; it may be deleted while no hub runs
     */
    public static Indexes open(Path directory, InstantSource clock) {
        return new Indexes(IndexCache.open(directory, MOST_BYTES, clock));
    }

    private static final class Open {
        final DiskChunkIndex index;
        int readers;

        Open(DiskChunkIndex index) {
            this.index = index;
        }
    }

    /** An index, as long as it is not closed. */
    final class Lease implements AutoCloseable {
        private final Open open;
        private boolean closed;

        private Lease(Open open) {
            this.open = open;
        }

        DiskChunkIndex index() {
            return open.index;
        }

        @Override
        public void close() {
            synchronized (Indexes.this) {
                if (!closed) {
                    closed = true;
                    open.readers--;
                    trim();
                }
            }
        }
    }

    /**
     * The index of a repository.
     *
     * @param repository its own id: whoever pushed it has chosen that, and it may be another's too
     */
    synchronized Lease lease(Stored stored, Id repository) {
        Open found = open.computeIfAbsent(key(stored, repository), id -> new Open(cache.index(id)));
        found.readers++;
        trim();
        return new Lease(found);
    }

    private static Id key(Stored stored, Id repository) {
        String text = stored.owner() + " " + stored.volumeset().hex() + " " + repository.hex();
        return Id.parse(Sha256.of(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, DIGITS));
    }

    private void trim() {
        int most = open.size() - MOST_OPEN;
        Iterator<Open> eldest = open.values().iterator();
        while (most > 0 && eldest.hasNext()) {
            Open each = eldest.next();
            if (each.readers == 0) {
                eldest.remove();
                each.index.close();
                most--;
            }
        }
    }

    /** Keeps what is known for the next time. What somebody still reads by is only forgotten. */
    @Override
    public synchronized void close() {
        open.values().removeIf(each -> {
            if (each.readers == 0) {
                each.index.close();
            }
            return each.readers == 0;
        });
    }
}
