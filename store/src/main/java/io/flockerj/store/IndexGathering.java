package io.flockerj.store;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.IndexedPack;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.pack.PackReader;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes one index object of the packs of many small pushes, and of small index objects that came of earlier ones. */
final class IndexGathering {
    /** Small index objects become part of another one when there are so many. */
    private static final int SMALL_TO_GATHER = 7;

    private static final long SMALL = 512 << 10;

    /** Where none can be deleted they are more and more; then only the newest are read again each time. */
    private static final int MOST_TO_GATHER = 2 * SMALL_TO_GATHER;

    private final Backend backend;
    private final Layout layout;
    private final PackIndexes indexes;
    private final Requests requests;

    IndexGathering(Backend backend, Layout layout, Requests requests) {
        this.backend = backend;
        this.layout = layout;
        this.requests = requests;
        this.indexes = new PackIndexes(backend, layout, requests);
    }

    /** Writes what is in packs that are not in an index yet. Those that are gone or broken are left out. */
    void gather(List<PackInfo> packs) throws IOException {
        Map<Hash, IndexedPack> gathered = new TreeMap<>();
        try (PackReader reader = new PackReader(layout.source(backend))) {
            requests.each(
                    packs,
                    pack -> indexed(reader, pack),
                    (pack, found) -> found.ifPresent(indexed -> gathered.put(pack.name(), indexed)));
        }
        if (gathered.isEmpty()) {
            return;
        }
        List<Listed> small = indexes.all().stream()
                .filter(listed -> listed.size() < SMALL)
                .limit(MOST_TO_GATHER)
                .toList();
        if (small.size() < SMALL_TO_GATHER) {
            write(gathered);
            return;
        }
        List<Listed> parts = new ArrayList<>();
        indexes.read(small, pack -> true, (part, told) -> {
            parts.add(part);
            told.forEach(indexed -> gathered.putIfAbsent(indexed.name(), indexed));
            return true;
        });
        List<ObjectName> written = write(gathered);
        // Two hosts may make the same of the same, and each find the other's among the parts.
        parts.stream().filter(part -> !written.contains(part.name())).forEach(this::forget);
    }

    private static Optional<IndexedPack> indexed(PackReader reader, PackInfo pack) throws IOException {
        try {
            return Optional.of(reader.end(pack).indexed());
        } catch (NoSuchObjectException | BrokenException e) {
            return Optional.empty();
        }
    }

    private List<ObjectName> write(Map<Hash, IndexedPack> gathered) throws IOException {
        IndexWriting writing = new IndexWriting(indexes, Integer.MAX_VALUE, 0);
        for (IndexedPack pack : gathered.values()) {
            writing.add(pack);
        }
        writing.finish();
        return writing.objects();
    }

    private void forget(Listed part) {
        try {
            backend.delete(part.name());
        } catch (IOException e) {
            // Where nothing may be deleted it stays; it only says once more what is said elsewhere.
        }
    }
}
