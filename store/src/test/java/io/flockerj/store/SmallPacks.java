package io.flockerj.store;

import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.wire.UnsupportedException;
import java.util.concurrent.Executor;

/** Lets tests write several packs at the cost of a few bytes. */
public final class SmallPacks {
    private static final long EVERY_FRAME_IS_ONE = 100;

    private SmallPacks() {}

    /** As {@link Repository#writer(ChunkIndex, Executor, Repository.Keeping)}, but each frame is a pack of its own. */
    public static ChunkWriter writer(
            Repository repository, ChunkIndex index, Executor workers, Repository.Keeping keeping)
            throws UnsupportedException {
        return repository.writer(index, workers, keeping, EVERY_FRAME_IS_ONE);
    }
}
