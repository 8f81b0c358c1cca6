package io.flockerj.plugin.remote;

import io.flockerj.plugin.storage.RandomId;
import io.flockerj.store.Remote;
import io.flockerj.store.place.OpenPlace;

/** A remote that was opened, and how it is known here. */
record Reached(RemoteRecord record, OpenPlace place, Remote remote) implements AutoCloseable {
    RandomId id() {
        return record.remote();
    }

    String name() {
        return record.name().value();
    }

    /** How many bytes were sent there since it was opened. */
    long bytesSent() {
        return place.traffic().all().up();
    }

    /** How many bytes came from there since it was opened. */
    long bytesReceived() {
        return place.traffic().all().down();
    }

    @Override
    public void close() {
        place.close();
    }
}
