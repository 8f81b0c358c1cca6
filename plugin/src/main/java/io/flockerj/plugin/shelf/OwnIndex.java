package io.flockerj.plugin.shelf;

import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.ChunkPlace;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.pack.PackTable;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What all know, and what one writer or reader adds: of that all learn when it is durable, and not before, for nobody may count on a chunk
 * that a failure can still take away. For one writer and its threads.
 */
final class OwnIndex implements ChunkIndex {
    private final ChunkIndex shared;
    private final ChunkIndex own;
    private final Consumer<Hash> loss;
    private final Set<Hash> added = new HashSet<>();

    /**
     * Before anything is added.
     *
     * @param own empty, and used by nobody else
     * @param loss is told when a pack that all count on turns out not to hold what it should
     */
    OwnIndex(ChunkIndex shared, ChunkIndex own, Consumer<Hash> loss) {
        this.shared = shared;
        this.own = own;
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
        added.add(pack.name());
    }

    /** What is remembered from earlier all have learned already. */
    @Override
    public boolean recall(PackInfo pack) {
        return false;
    }

    @Override
    public synchronized void remove(Hash pack) {
        own.remove(pack);
        // The same pack may be another writer's too, and durable.
        if (!added.remove(pack) && shared.knows(pack)) {
            shared.remove(pack);
            loss.accept(pack);
        }
    }

    @Override
    public boolean isComplete() {
        return own.isComplete() && shared.isComplete();
    }
}
