package io.flockerj.integration.fault;

import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;

/**
 * Rebuilds from the log of a {@link RecordingDisk} what could be on it after a power cut.
 *
 * <p>All writes before the last sync that precedes the cut are there. Of those after it, {@link Cut.Unsynced} decides:
 * a disk may write its cache in any order, or not at all, and its unit is the sector of 512 bytes. Only a file system's
 * own superblock is never torn: ext4 and btrfs replace theirs in place, and rely on the disk for it.
 *
 * <p>Cuts are cheapest in ascending order: what is surely on the disk is kept from one to the next.
 */
final class PowerLoss {
    static final int SECTOR = 512;

    private static final int BLOCK = 4096;
    /** Where a btrfs superblock has its magic, and which: fs/btrfs, include/uapi/linux/btrfs_tree.h. */
    private static final int BTRFS_MAGIC_AT = 0x40;

    private static final long BTRFS_MAGIC = 0x4D5F53665248425FL;

    private final WriteLog log;
    private final long size;
    private final Path durable;
    private final IntPredicate counts;
    private int durableUpTo;

    /**
     * @param size the size of the disk in bytes
     * @param directory where images in the making are kept
     */
    PowerLoss(WriteLog log, long size, Path directory) {
        this(log, size, directory, sync -> true);
    }

    /**
     * Believes in some syncs only.
     *
     * @param counts which, by their number in the log; the others are taken not to have happened
     */
    PowerLoss(WriteLog log, long size, Path directory, IntPredicate counts) {
        this.log = log;
        this.size = size;
        this.counts = counts;
        durable = directory.resolve("durable.img");
    }

    /** Makes {@code image} what the disk could hold after {@code cut}, whatever it held before. */
    void rebuild(Cut cut, Path image) throws IOException {
        int synced = lastSyncBefore(cut.position());
        advance(synced);
        Commands.here()
                .run("cp", "--sparse=always", durable.toString(), image.toString())
                .ok();
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            switch (cut.unsynced()) {
                case LOST -> {}
                case KEPT -> apply(channel, synced, cut.position());
                case SCRAMBLED ->
                    scramble(channel, synced, cut.position(), new Random(cut.seed() * 1_000_003 + cut.position()));
            }
        }
    }

    private int lastSyncBefore(int position) {
        for (int i = position - 1; i >= 0; i--) {
            if (log.event(i) instanceof WriteLog.Sync && counts.test(i)) {
                return i;
            }
        }
        return 0;
    }

    private void advance(int position) throws IOException {
        if (position < durableUpTo) {
            Files.deleteIfExists(durable);
            durableUpTo = 0;
        }
        try (FileChannel channel = FileChannel.open(
                durable, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.size() < size) {
                Images.write(channel, size - 1, ByteBuffer.allocate(1));
            }
            apply(channel, durableUpTo, position);
        }
        durableUpTo = position;
    }

    private void apply(FileChannel image, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            switch (log.event(i)) {
                case WriteLog.Write write -> Images.write(image, write.offset(), log.bytes(write));
                case WriteLog.Zero zero -> Images.zero(image, zero.offset(), zero.length());
                case WriteLog.Sync() -> {}
            }
        }
    }

    private void scramble(FileChannel image, int from, int to, Random random) throws IOException {
        List<WriteLog.Event> pending = new ArrayList<>();
        for (int i = from; i < to; i++) {
            pending.add(log.event(i));
        }
        Collections.shuffle(pending, random);
        for (WriteLog.Event event : pending) {
            switch (event) {
                case WriteLog.Write write -> writeOrTear(image, write, random);
                case WriteLog.Zero zero -> {
                    if (random.nextBoolean()) {
                        Images.zero(image, zero.offset(), zero.length());
                    }
                }
                case WriteLog.Sync() -> {}
            }
        }
    }

    private void writeOrTear(FileChannel image, WriteLog.Write write, Random random) throws IOException {
        switch (random.nextInt(3)) {
            case 0 -> {}
            case 1 -> Images.write(image, write.offset(), log.bytes(write));
            default -> tear(image, write, random);
        }
    }

    private void tear(FileChannel image, WriteLog.Write write, Random random) throws IOException {
        ByteBuffer data = log.bytes(write).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (at < data.limit()) {
            int unit = Math.min(isSuperblock(data, at, write.offset()) ? BLOCK : SECTOR, data.limit() - at);
            if (random.nextBoolean()) {
                Images.write(image, write.offset() + at, data.slice(at, unit));
            }
            at += unit;
        }
    }

    /** Whether a superblock begins at {@code at}: that of the disk's own file system, or of a btrfs in a file on it. */
    private static boolean isSuperblock(ByteBuffer data, int at, long offset) {
        if (offset + at < BLOCK) {
            return true;
        }
        return (offset + at) % BLOCK == 0
                && at + BLOCK <= data.limit()
                && data.getLong(at + BTRFS_MAGIC_AT) == BTRFS_MAGIC;
    }
}
