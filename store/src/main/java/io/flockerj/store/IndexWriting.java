package io.flockerj.store;

import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.pack.IndexedPack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Collects what is in packs that were written, until it is worth an index object. For one thread. */
final class IndexWriting {
    private final PackIndexes indexes;
    private final int most;
    private final int fewest;
    private final List<ObjectName> objects = new ArrayList<>();
    private final List<IndexedPack> packs = new ArrayList<>();
    private long bytes;
    private long written;

    /**
     * @param most how many packs one object has
     * @param fewest how many packs there have to be in all, for any to be worth one
     */
    IndexWriting(PackIndexes indexes, int most, int fewest) {
        this.indexes = indexes;
        this.most = most;
        this.fewest = fewest;
    }

    /** Adds a pack that is durable. */
    void add(IndexedPack pack) throws IOException {
        packs.add(pack);
        bytes += pack.body().length();
        written++;
        if (packs.size() == most || bytes >= PackIndexes.MOST_BYTES) {
            write();
        }
    }

    /** Writes what is left, if it is of much. */
    void finish() throws IOException {
        if (written >= fewest && !packs.isEmpty()) {
            write();
        }
    }

    /** What was written is called so. */
    List<ObjectName> objects() {
        return List.copyOf(objects);
    }

    private void write() throws IOException {
        objects.add(indexes.write(packs));
        packs.clear();
        bytes = 0;
    }
}
