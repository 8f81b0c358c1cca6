package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.StorageDriver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A pool whose medium is reachable, whose identity is proven, and which is locked. */
record OpenPool(RandomId id, Medium medium, StorageDriver driver, FileHandle lock) implements Pool {
    /** Below this much free space no volume is made: what is left belongs to those that are there. */
    static final ByteSize RESERVE = ByteSize.ofMebibytes(32);

    @Override
    public String description() {
        return medium.description();
    }

    @Override
    public Path directory() {
        return medium.directory();
    }

    @Override
    public Optional<String> refusal() throws IOException {
        FileSystemStat space = FileSystemStat.of(directory());
        if (space.readOnly()) {
            return Optional.of(
                    "the pool " + description() + " is read-only, which a file system becomes after an error of its"
                            + " disk; look into the kernel's log");
        }
        if (space.availableBytes() < RESERVE.bytes()) {
            return Optional.of("the pool " + description() + " has only " + new ByteSize(space.availableBytes())
                    + " left of " + new ByteSize(space.totalBytes())
                    + "; remove volumes (their space is free when they leave the trash), or give the pool more space");
        }
        return Optional.empty();
    }

    @Override
    public long room() throws IOException {
        FileSystemStat space = FileSystemStat.of(directory());
        return space.readOnly() ? 0 : Math.max(0, space.availableBytes() + medium.growth() - RESERVE.bytes());
    }

    @Override
    public void close() throws IOException {
        lock.close();
        medium.close();
    }
}
