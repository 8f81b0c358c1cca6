package io.flockerj.plugin.shelf;

import io.flockerj.plugin.pool.Pool;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Snapshotting;
import io.flockerj.plugin.storage.StorageDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** A pool whose driver takes no snapshots of its own, with one that does. */
public record ShelvingPool(Pool pool, StorageDriver driver) implements Pool {
    /**
     * What it takes to capture and restore.
     *
     * @param proc the host's {@code /proc}
     * @param workers compress and write beside the thread that calls; may refuse work, which that thread then does itself
     */
    public record Setting(Path proc, Supplier<RandomId> ids, InstantSource clock, Executor workers) {}

    /** A pool that takes snapshots: this one, if it does. */
    public static Pool over(Pool pool, Setting setting) throws IOException {
        if (pool.driver() instanceof Snapshotting) {
            return pool;
        }
        Path directory = pool.directory().resolve(ShelvingDriver.DIRECTORY);
        String boot = Files.readString(setting.proc().resolve("sys/kernel/random/boot_id"))
                .strip();
        Shelf shelf =
                Shelf.open(Shelf.Place.in(directory), pool.id(), setting.ids(), setting.clock(), setting.workers());
        return new ShelvingPool(
                pool, ShelvingDriver.open(pool.driver(), directory, pool::room, boot, setting.ids(), shelf));
    }

    @Override
    public RandomId id() {
        return pool.id();
    }

    @Override
    public String description() {
        return pool.description();
    }

    @Override
    public Path directory() {
        return pool.directory();
    }

    @Override
    public Optional<String> refusal() throws IOException {
        return pool.refusal();
    }

    @Override
    public long room() throws IOException {
        return pool.room();
    }

    @Override
    public void close() throws IOException {
        pool.close();
    }
}
