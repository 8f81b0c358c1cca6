package io.flockerj.plugin.pool;

import java.io.IOException;
import java.nio.file.Path;

/** Makes the media of pools reachable. */
interface MediumOpener {
    /** Whether a directory holds the pool that is to be opened, or is one for a new pool. */
    interface Proof {
        /** Throws a {@link PoolException} if not. */
        void check(Path directory) throws IOException;
    }

    /**
     * Opens the medium at a place.
     *
     * @param isNew whether no pool is recorded there yet: only then is anything made or formatted
     * @param proof asked before anything is written where a pool may be
     * @throws PoolException if it is not there, or not what was recorded
     */
    Medium open(PoolChoice.Location location, boolean isNew, Proof proof) throws IOException;

    /** The best place for a first pool on this host. */
    PoolChoice.Location best() throws IOException;
}
