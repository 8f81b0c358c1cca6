package io.flockerj.plugin.pool;

import io.flockerj.plugin.storage.StorageDriver;
import java.io.IOException;
import java.nio.file.Path;

/** A directory that the host has mounted already. */
record DirectoryMedium(String description, Path directory, DriverFactory drivers) implements Medium {
    interface DriverFactory {
        StorageDriver over(Path trees) throws IOException;
    }

    @Override
    public StorageDriver driver(Path trees) throws IOException {
        return drivers.over(trees);
    }

    @Override
    public void start() {
        // A directory needs no care.
    }

    @Override
    public void close() {
        // The host's mount is the host's.
    }
}
