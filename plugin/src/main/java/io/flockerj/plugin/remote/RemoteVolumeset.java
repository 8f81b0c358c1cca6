package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.store.Refs;
import io.flockerj.store.Repository;
import io.flockerj.store.index.DiskChunkIndex;
import io.flockerj.store.index.IndexCache;

/**
 * A volumeset on a remote, opened once for all that one piece of work has to ask there.
 *
 * @param name what it is called there
 * @param volumeset as it is called here, or else there
 * @param indexes what this host remembers of repositories
 */
record RemoteVolumeset(
        Reached reached, String name, Volumeset volumeset, Repository repository, Refs refs, IndexCache indexes) {
    RandomId remote() {
        return reached.id();
    }

    /** What this host remembers of the repository; to be closed. */
    DiskChunkIndex index() {
        return indexes.index(repository.id());
    }

    /** {@code REMOTE/NAME}, for people. */
    String place() {
        return reached.name() + "/" + name;
    }
}
