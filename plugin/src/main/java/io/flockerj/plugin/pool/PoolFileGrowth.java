package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.linux.LoopDevices;
import io.flockerj.plugin.storage.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
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

    /** Shrinking moves data about, so it is thought over for this long; less if the host needs the space. */
    static final Duration CALM = Duration.ofMinutes(1);

    private static final int HASTE = 10;
    /** What fails once may pass by itself, and writers do not wait. */
    private static final Duration AFTER_FIRST_FAILURE = Duration.ofSeconds(1);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final long ONLY_DEVICE = 1;

    private final Path file;
    private final Path loop;
    private final Path mountPoint;
    private final SpacePlan plan;
    private final LoopDevices loops;
    private final Path sys;
    private final Duration calm;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private boolean settled;
    private boolean failedBefore;
    private Duration withExcess = Duration.ZERO;

    /** @param calm for how long there must be too much space before the file shrinks */
    PoolFileGrowth(
            Path file,
            Path loop,
            Path mountPoint,
            Optional<ByteSize> most,
            LoopDevices loops,
            Path sys,
            Duration calm) {
        this.file = file;
        this.loop = loop;
        this.mountPoint = mountPoint;
        this.plan = new SpacePlan(most);
        this.loops = loops;
        this.sys = sys;
        this.calm = calm;
        this.thread = Thread.ofPlatform().daemon().name("pool-file-growth").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** By how many bytes the file can grow now, as far as the plan and the host let it. */
    long most() throws IOException {
        FileSystemStat host = FileSystemStat.of(file);
        return plan.spare(Files.size(file), host.availableBytes(), host.totalBytes());
    }

    @Override
    public void close() {
        closed.countDown();
        if (!thread.isAlive()) {
            return;
        }
        try (FileHandle top = FileHandle.openDirectory(mountPoint)) {
            Btrfs.cancelResize(top);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("There was no resize of the pool to cancel");
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
            requireSame(top, handle);
            Duration pause = Duration.ZERO;
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = look(top, handle, pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("file", file)
                    .log("The pool file is not watched: it stays as large as it is");
        }
    }

    /** Resizing a file system that is not the one in the file would be the end of one or the other. */
    private void requireSame(FileHandle top, FileHandle handle) throws IOException {
        UUID mounted = Btrfs.info(top).fsid();
        UUID inFile = BtrfsFormat.fsid(file);
        if (!mounted.equals(inFile)) {
            throw new PoolException("the file system at " + mountPoint + " (" + mounted + ") is not the one in "
                    + handle + " (" + inFile + "); stop the daemon, unmount every copy of the pool, and start again");
        }
    }

    /**
     * Cuts the file off at this size.
     *
     * @throws PoolException if the file system in it is larger, whatever a resize has answered: what it holds there would be lost
     */
    static void truncate(FileHandle top, FileHandle handle, long size) throws IOException {
        long inUse = Btrfs.deviceBytes(top, ONLY_DEVICE);
        if (inUse > size) {
            throw new PoolException("the pool file " + handle + " is not cut off at " + size
                    + " bytes, for the file system in it has " + inUse);
        }
        handle.truncate(size);
    }

    /** Brings file and file system together after an interruption between two steps. */
    private void settle(FileHandle top, FileHandle handle) throws IOException {
        if (!settled) {
            loops.refreshCapacity(loop);
            Btrfs.resize(top, ONLY_DEVICE, handle.size() / SpacePlan.STEP * SpacePlan.STEP);
            settled = true;
        }
    }

    /** A copy of the file may have holes, and fstrim(8) in the pool makes some. */
    private void fillHoles(FileHandle handle) throws IOException {
        if (handle.allocatedBytes() < handle.size()) {
            handle.allocate(0, handle.size());
            LOG.atInfo().addKeyValue("file", file).log("Reserved the blocks that the pool file lacked");
        }
    }

    /**
     * One look.
     *
     * @param waited since the last
     * @return how long to wait before the next
     */
    private Duration look(FileHandle top, FileHandle handle, Duration waited) {
        try {
            settle(top, handle);
            SpacePlan.Space space = space(top, handle);
            long wanted = plan.wanted(space);
            if (wanted > space.size()) {
                grow(top, handle, space.size(), wanted);
            } else if (wanted < space.size()) {
                shrinkWhenCalm(top, handle, space, wanted, waited);
            } else {
                fillHoles(handle);
            }
            withExcess = wanted < space.size() ? withExcess.plus(waited) : Duration.ZERO;
            failedBefore = false;
            return plan.pause(space);
        } catch (IOException | RuntimeException e) {
            settled = false;
            return afterFailure(e);
        }
    }

    /** Once, or while closing, is nothing to tell people about; the second time in a row is. */
    private Duration afterFailure(Exception e) {
        boolean passing = !failedBefore || closed.getCount() == 0;
        failedBefore = true;
        if (passing) {
            LOG.atDebug().setCause(e).addKeyValue("file", file).log("The pool file could not be adapted this time");
            return AFTER_FIRST_FAILURE;
        }
        LOG.atWarn()
                .addKeyValue("file", file)
                .addKeyValue("reason", e)
                .log("The pool file could not be adapted; until it is, keep the host's disk from filling up");
        return AFTER_FAILURE;
    }

    private SpacePlan.Space space(FileHandle top, FileHandle handle) throws IOException {
        PoolFileSpace inside = new PoolFileSpace(sys, Btrfs.info(top).fsid());
        long size = handle.size() / SpacePlan.STEP * SpacePlan.STEP;
        FileSystemStat host = FileSystemStat.of(file);
        return new SpacePlan.Space(size, inside.free(size), host.availableBytes(), host.totalBytes());
    }

    private void grow(FileHandle top, FileHandle handle, long size, long wanted) throws IOException {
        try {
            handle.allocate(size, wanted - size);
            handle.sync();
        } catch (IOException e) {
            // What was reserved of it is the host's again: the file system does not reach there yet.
            truncate(top, handle, size);
            throw e;
        }
        loops.refreshCapacity(loop);
        Btrfs.resize(top, ONLY_DEVICE, wanted);
        LOG.atInfo()
                .addKeyValue("from", new ByteSize(size))
                .addKeyValue("to", new ByteSize(wanted))
                .log("The pool file grew");
    }

    private void shrinkWhenCalm(FileHandle top, FileHandle handle, SpacePlan.Space space, long wanted, Duration waited)
            throws IOException {
        Duration enough = space.hostIsShort() ? calm.dividedBy(HASTE) : calm;
        if (withExcess.plus(waited).compareTo(enough) < 0) {
            return;
        }
        Btrfs.resize(top, ONLY_DEVICE, wanted);
        Btrfs.commit(top);
        truncate(top, handle, wanted);
        loops.refreshCapacity(loop);
        LOG.atInfo()
                .addKeyValue("from", new ByteSize(space.size()))
                .addKeyValue("to", new ByteSize(wanted))
                .log("The pool file shrank");
    }
}
