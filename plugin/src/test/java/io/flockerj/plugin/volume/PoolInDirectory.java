package io.flockerj.plugin.volume;

import io.flockerj.plugin.pool.Pool;
import io.flockerj.plugin.storage.RandomId;
import java.nio.file.Path;
import java.util.Optional;

/** A pool that nothing holds, with as much room as a test says. */
abstract class PoolInDirectory implements Pool {
    private final Path directory;
    private Optional<String> refusal = Optional.empty();
    private long room = Long.MAX_VALUE;

    PoolInDirectory(Path directory) {
        this.directory = directory;
    }

    void room(long bytes) {
        room = bytes;
    }

    void refuse(String reason) {
        refusal = Optional.of(reason);
    }

    @Override
    public RandomId id() {
        return new RandomId("f".repeat(32));
    }

    @Override
    public String description() {
        return "testing:" + directory;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public Optional<String> refusal() {
        return refusal;
    }

    @Override
    public long room() {
        return room;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
