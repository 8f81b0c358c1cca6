package io.flockerj.plugin.shelf;

import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.ChunkPlace;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.pack.PackTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What all know, and what one writer adds: that is told to all when it is durable, and not before, for nobody may count on a chunk
 * that a failure can still take away. For one writer and its threads.
 */
final class OwnIndex implements ChunkIndex {
    private final ChunkIndex shared;
    private final Consumer<Hash> loss;
    private final MemoryChunkIndex own = new MemoryChunkIndex();
    private final Map<Hash, PackTable> added = new HashMap<>();

    /** @param loss is told when a pack that all count on turns out not to hold what it should */
    OwnIndex(ChunkIndex shared, Consumer<Hash> loss) {
        this.shared = shared;
        this.loss = loss;
    }

    @Override
    public Optional<ChunkPlace> find(Hash chunk) {
        return own.find(chunk).or(() -> shared.find(chunk));
    }

    @Override
    public boolean contains(Hash chunk) {
        return own.contains(chunk) || shared.contains(chunk);
    }

    @Override
    public boolean knows(Hash pack) {
        return own.knows(pack) || shared.knows(pack);
    }

    @Override
    public synchronized void add(PackInfo pack, PackTable table) {
        own.add(pack, table);
        added.put(pack.name(), table);
    }

    @Override
    public boolean recall(PackInfo pack) {
        return shared.recall(pack);
    }

    @Override
    public synchronized void remove(Hash pack) {
        own.remove(pack);
        // The same pack may be another writer's too, and durable.
        if (added.remove(pack) == null && shared.knows(pack)) {
            shared.remove(pack);
            loss.accept(pack);
        }
    }

    /** Lets all know what is in packs that are durable. */
    synchronized void tell(List<PackInfo> durable) {
        for (PackInfo pack : durable) {
            PackTable table = added.get(pack.name());
            if (table != null) {
                shared.add(pack, table);
            }
        }
    }
}
