package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.store.Refs;
import io.flockerj.store.Repository;

/**
 * A volumeset on a remote, opened once for all that one piece of work has to ask there.
 *
 * @param name what it is called there
 * @param volumeset as it is called here, or else there
 */
record RemoteVolumeset(Reached reached, String name, Volumeset volumeset, Repository repository, Refs refs) {
    RandomId remote() {
        return reached.id();
    }

    /** {@code REMOTE/NAME}, for people. */
    String place() {
        return reached.name() + "/" + name;
    }
}
