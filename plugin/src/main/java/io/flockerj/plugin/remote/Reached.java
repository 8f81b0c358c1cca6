package io.flockerj.plugin.remote;

import io.flockerj.plugin.storage.RandomId;
import io.flockerj.store.Remote;

/** A remote, and how it is known here. */
record Reached(RemoteRecord record, Remote remote) {
    RandomId id() {
        return record.remote();
    }

    String name() {
        return record.name().value();
    }
}
