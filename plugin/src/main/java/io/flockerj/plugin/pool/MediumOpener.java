package io.flockerj.plugin.pool;

import java.io.IOException;

/** Makes the media of pools reachable. */
interface MediumOpener {
    /**
     * Opens the medium at a place.
     *
     * @param isNew whether no pool is recorded there yet: only then is anything made or formatted
     * @throws PoolException if it is not there, or not what was recorded
     */
    Medium open(PoolChoice.Location location, boolean isNew) throws IOException;

    /** The best place for a first pool on this host. */
    PoolChoice.Location best() throws IOException;
}
