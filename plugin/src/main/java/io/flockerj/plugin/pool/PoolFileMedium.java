package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.AttachedLoop;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LoopDevices;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.StorageDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
    private final PoolHost here;

    private PoolFileMedium(String description, MountedBtrfs mounted, PoolFileGrowth growth, PoolHost here) {
        this.description = description;
        this.mounted = mounted;
        this.growth = growth;
        this.here = here;
    }

    /** Opens a pool file; if {@code isNew} and there is none, makes one first. */
    static PoolFileMedium open(Path file, Optional<ByteSize> most, boolean isNew, PoolHost here, LoopDevices loops)
            throws IOException {
        Optional<BasicFileAttributes> present = Presence.of(file, LinkOption.NOFOLLOW_LINKS);
        if (present.isPresent()) {
            requireRegular(file, present.get());
        } else {
            if (!isNew) {
                throw new PoolException("the pool file " + file + " is missing; bring it back. To give it up and begin"
                        + " with an empty pool, move " + file.resolveSibling(PoolRecord.FILE_NAME) + " away");
            }
            make(file, most, here.commands());
        }
        if (!BtrfsFormat.isBtrfs(file)) {
            throw new PoolException("the pool file " + file + " holds no btrfs any more; bring back the right file");
        }
        // A second name of the same file, if its making was interrupted.
        Files.deleteIfExists(temporary(file));
        try (AttachedLoop loop = loops.attachOnce(file)) {
            MountedBtrfs mounted = MountedBtrfs.mount(loop.device(), here.poolMount());
            PoolFileGrowth growth = new PoolFileGrowth(
                    file, loop.device(), here.poolMount(), most, loops, here.sys(), PoolFileGrowth.CALM);
            return new PoolFileMedium("file:" + here.hostState().resolve(FILE_NAME), mounted, growth, here);
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
        return Quotas.driver(Quotas.Wish.onOwn(here.quotas()), trees, here.sys());
    }

    @Override
    public void start() {
        growth.start();
    }

    @Override
    public long growth() throws IOException {
        return growth.most();
    }

    @Override
    public void close() throws IOException {
        growth.close();
        mounted.close();
    }

    /** Reserves and formats the file under another name, for a file that has the right name is taken for whole. */
    private static void make(Path file, Optional<ByteSize> most, CommandRunner commands) throws IOException {
        Path directory = Objects.requireNonNull(file.getParent());
        Path temporary = temporary(file);
        Files.deleteIfExists(temporary);
        ByteSize size = SpacePlan.firstSize(FileSystemStat.of(directory), most);
        boolean made = false;
        try (FileHandle handle = FileHandle.openOrCreate(temporary, 0600)) {
            if (FileSystemStat.of(directory).isBtrfs()) {
                // Reserved blocks stay reserved only where files are overwritten in place.
                Inodes.setNoCow(temporary);
            }
            handle.allocate(0, size.bytes());
            BtrfsFormat.make(commands, temporary);
            handle.sync();
            made = true;
        } finally {
            if (!made) {
                Files.deleteIfExists(temporary);
            }
        }
        // Not by renaming, which would replace what has come there meanwhile.
        Files.createLink(file, temporary);
        DurableFile.delete(temporary);
    }

    private static Path temporary(Path file) {
        return file.resolveSibling(FILE_NAME + DurableFile.TEMPORARY_SUFFIX);
    }

    /** A link could lead to another file, or to nothing, with every start, and its file's disk may be absent. */
    private static void requireRegular(Path file, BasicFileAttributes present) throws PoolException {
        if (present.isSymbolicLink()) {
            throw new PoolException(
                    "the pool file " + file + " is a symbolic link, which could lead to another file at any"
                            + " time; put the file itself there, or make the whole directory a link, or set 'state' to where the"
                            + " file is");
        }
        if (!present.isRegularFile()) {
            throw new PoolException("the pool file " + file + " is no regular file; bring back the right one");
        }
    }
}
