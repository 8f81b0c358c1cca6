package io.flockerj.plugin.pool;

import io.flockerj.plugin.storage.StorageDriver;
import java.io.IOException;
import java.nio.file.Path;

/** What a pool lies on, made reachable: a directory, and the driver that keeps trees in it. */
interface Medium extends AutoCloseable {
    /** What and where it is, for people, by the host's paths. */
    String description();

    /** The directory of the pool, there until the medium is closed, and as long as anything in it is mounted. */
    Path directory();

    /**
     * The driver for the trees in {@code trees}, a directory below {@link #directory()}. Only for a pool whose identity is
     * proven: this may change the file system.
     */
    StorageDriver driver(Path trees) throws IOException;

    /** Begins what the medium does by itself while the pool is in use, such as growing. */
    void start();

    /** How many bytes larger it can become by itself. */
    default long growth() throws IOException {
        return 0;
    }

    @Override
    void close() throws IOException;
}
