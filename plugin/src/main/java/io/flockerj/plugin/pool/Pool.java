package io.flockerj.plugin.pool;

import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.StorageDriver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An open pool. It is this daemon's alone until it is closed, or until the daemon ends, however it ends. Closing leaves every
 * mounted volume as it is.
 */
public interface Pool extends AutoCloseable {
    /** The id that stands in the pool itself and in the state directory. */
    RandomId id();

    /** What and where the pool is, for people, such as {@code file:/var/lib/flockerj/pool.btrfs}. */
    String description();

    /** The pool's own directory, where it describes itself. */
    Path directory();

    StorageDriver driver();

    /** Why the pool takes no new volumes now, and what to do; empty if it takes them. */
    Optional<String> refusal() throws IOException;

    /** How many bytes can still be written, beside what has to stay free; what the pool can grow by is counted. */
    long room() throws IOException;

    @Override
    void close() throws IOException;
}
