package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.AttachedLoop;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.linux.LoopDevices;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.StorageDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;

/**
 * A btrfs in a file on the host's file system, reached through a loop device. Every block of the file is reserved before the
 * file system inside may use it, so the host's disk can fill up without a write in the pool ever failing for it.
 */
final class PoolFileMedium implements Medium {
    static final String FILE_NAME = "pool.btrfs";

    private final String description;
    private final MountedBtrfs mounted;
    private final PoolFileGrowth growth;
    private final Path sys;

    private PoolFileMedium(String description, MountedBtrfs mounted, PoolFileGrowth growth, Path sys) {
        this.description = description;
        this.mounted = mounted;
        this.growth = growth;
        this.sys = sys;
    }

    /** Opens the pool file in a directory; if {@code isNew} and there is none, makes one first. */
    static PoolFileMedium open(Path directory, Optional<ByteSize> most, boolean isNew, PoolHost here, LoopDevices loops)
            throws IOException {
        Path file = directory.resolve(FILE_NAME);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            if (!isNew) {
                throw new PoolException("the pool file " + file + " is missing; bring it back. To give it up and begin"
                        + " with an empty pool, move " + directory.resolve(PoolRecord.FILE_NAME) + " away");
            }
            make(file, most, here.commands());
        }
        if (!BtrfsFormat.isBtrfs(file)) {
            throw new PoolException("the pool file " + file + " holds no btrfs any more; bring back the right file");
        }
        try (AttachedLoop loop = loops.attachOnce(file)) {
            MountedBtrfs mounted = MountedBtrfs.mount(loop.device(), here.poolMount());
            mounted.applyQuotas(here.quotas(), here.sys());
            PoolFileGrowth growth = new PoolFileGrowth(file, loop.device(), here.poolMount(), most, loops, here.sys());
            return new PoolFileMedium("file:" + here.hostState().resolve(FILE_NAME), mounted, growth, here.sys());
        }
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Path directory() {
        return mounted.mountPoint();
    }

    @Override
    public StorageDriver driver(Path trees) throws IOException {
        return Quotas.driver(trees, sys);
    }

    @Override
    public void start() {
        growth.start();
    }

    @Override
    public void close() throws IOException {
        growth.close();
        mounted.close();
    }

    /** Reserves and formats the file under another name, for a file that has the right name is taken for whole. */
    private static void make(Path file, Optional<ByteSize> most, CommandRunner commands) throws IOException {
        Path directory = Objects.requireNonNull(file.getParent());
        Path temporary = directory.resolve(FILE_NAME + DurableFile.TEMPORARY_SUFFIX);
        Files.deleteIfExists(temporary);
        ByteSize size = SpacePlan.firstSize(FileSystemStat.of(directory), most);
        boolean made = false;
        try (FileHandle handle = FileHandle.openOrCreate(temporary, 0600)) {
            handle.allocate(0, size.bytes());
            BtrfsFormat.make(commands, temporary);
            handle.sync();
            made = true;
        } finally {
            if (!made) {
                Files.deleteIfExists(temporary);
            }
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        DurableFile.syncDirectory(directory);
    }
}
