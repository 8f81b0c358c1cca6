package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.linux.LoopDevices;
import io.flockerj.plugin.storage.ByteSize;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a pool file as large as {@link SpacePlan} wants it. The file is always at least as long as the file system in it, and
 * every block of it is reserved: it grows before the file system does, and shrinks after.
 */
final class PoolFileGrowth implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PoolFileGrowth.class);

    /** A fast disk writes half the least headroom in this time. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    /** Shrinking moves data about, so it is thought over for this long, and after a failure left alone for longer. */
    private static final int LOOKS_BEFORE_SHRINKING = 600;

    private static final int LOOKS_AFTER_FAILURE = 100;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final long ONLY_DEVICE = 1;

    private final Path file;
    private final Path loop;
    private final Path mountPoint;
    private final SpacePlan plan;
    private final LoopDevices loops;
    private final Path sys;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private int looksWithExcess;
    private int looksToSkip;

    PoolFileGrowth(Path file, Path loop, Path mountPoint, Optional<ByteSize> most, LoopDevices loops, Path sys) {
        this.file = file;
        this.loop = loop;
        this.mountPoint = mountPoint;
        this.plan = new SpacePlan(most);
        this.loops = loops;
        this.sys = sys;
        this.thread = Thread.ofPlatform().daemon().name("pool-file-growth").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        if (!thread.isAlive()) {
            return; // never started, since the pool turned out to be another
        }
        try {
            thread.join(CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (FileHandle top = FileHandle.openDirectory(mountPoint);
                FileHandle handle = FileHandle.openReadWrite(file)) {
            UUID fsid = Btrfs.info(top).fsid();
            settle(top, handle);
            while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                lookAgain(top, handle, fsid);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("file", file)
                    .log("The pool file is not watched: it stays as large as it is");
        }
    }

    /** Brings file and file system together after an interruption between two steps, and fills holes that a copy has left. */
    private void settle(FileHandle top, FileHandle handle) {
        try {
            handle.allocate(0, handle.size());
            loops.refreshCapacity(loop);
            Btrfs.resize(top, ONLY_DEVICE, handle.size() / SpacePlan.STEP * SpacePlan.STEP);
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("file", file)
                    .log("Not every block of the pool file could be reserved: keep the host's disk from filling up");
        }
    }

    private void lookAgain(FileHandle top, FileHandle handle, UUID fsid) {
        if (looksToSkip > 0) {
            looksToSkip--;
            return;
        }
        try {
            long size = handle.size();
            FileSystemStat host = FileSystemStat.of(file);
            long wanted = plan.wanted(
                    new SpacePlan.Space(size, freeInside(fsid, size), host.availableBytes(), host.totalBytes()));
            if (wanted > size) {
                grow(top, handle, size, wanted);
            } else if (wanted < size && ++looksWithExcess > LOOKS_BEFORE_SHRINKING) {
                shrink(top, handle, size, wanted);
            }
            looksWithExcess = wanted < size ? looksWithExcess : 0;
        } catch (IOException e) {
            looksToSkip = LOOKS_AFTER_FAILURE;
            LOG.atWarn().setCause(e).addKeyValue("file", file).log("The size of the pool file could not be changed");
        }
    }

    /**
     * What can still be written: the device's space that no block group has, and what is not promised in those for data.
     * statfs(2) does not do here, since it leaves out what writers have been promised but have not written back.
     */
    private long freeInside(UUID fsid, long size) throws IOException {
        Btrfs.Allocation data = Btrfs.allocation(sys, fsid, "data");
        long allotted = data.diskTotal()
                + Btrfs.allocation(sys, fsid, "metadata").diskTotal()
                + Btrfs.allocation(sys, fsid, "system").diskTotal();
        long promised = data.used() + data.pinned() + data.reserved() + data.mayUse() + data.readOnly();
        return size - allotted + data.total() - promised;
    }

    private void grow(FileHandle top, FileHandle handle, long size, long wanted) throws IOException {
        handle.allocate(size, wanted - size);
        handle.sync();
        loops.refreshCapacity(loop);
        Btrfs.resize(top, ONLY_DEVICE, wanted);
        LOG.atInfo()
                .addKeyValue("from", new ByteSize(size))
                .addKeyValue("to", new ByteSize(wanted))
                .log("The pool file grew");
    }

    private void shrink(FileHandle top, FileHandle handle, long size, long wanted) throws IOException {
        Btrfs.resize(top, ONLY_DEVICE, wanted);
        Btrfs.commit(top);
        handle.truncate(wanted);
        loops.refreshCapacity(loop);
        looksWithExcess = 0;
        LOG.atInfo()
                .addKeyValue("from", new ByteSize(size))
                .addKeyValue("to", new ByteSize(wanted))
                .log("The pool file shrank");
    }
}
