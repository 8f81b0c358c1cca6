package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.storage.ByteSize;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides how large a pool file is to be, and when to look again. Inside it, enough is kept free for what containers can write
 * before the next look; on the host, enough is left for everybody else.
 *
 * @param most the size that the file may not grow beyond, if any
 */
record SpacePlan(Optional<ByteSize> most) {
    /** Sizes of pool files are multiples of this, so that block groups fit. */
    static final long STEP = 64L << 20;

    private static final ByteSize FIRST = ByteSize.ofGibibytes(1);
    private static final long LEAST_HEADROOM = 512L << 20;
    private static final long MOST_HEADROOM = 4L << 30;
    private static final int HEADROOM_PART = 8;
    /** Where the host has plenty, more is kept ready: bursts into the page cache are as fast as memory. */
    private static final int HEADROOM_PART_OF_HOST = 64;

    private static final long LEAST_HOST_RESERVE = 256L << 20;
    private static final long MOST_HOST_RESERVE = 10L << 30;
    private static final int HOST_RESERVE_PART = 20;

    /** Shrinking moves data about; while it does, the file cannot grow. So it goes by parts. */
    private static final long MOST_AT_ONCE = 1L << 30;

    /** Bytes per second that containers write into the page cache at most, as the interval between looks takes for granted. */
    private static final long FASTEST_WRITER = 2L << 30;

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /**
     * Space inside and outside the pool file, all in bytes.
     *
     * @param size of the file, and of the file system in it
     * @param free what can still be written inside, all promises to writers counted
     * @param hostAvailable free on the host's file system
     * @param hostTotal size of the host's file system
     */
    record Space(long size, long free, long hostAvailable, long hostTotal) {
        boolean hostIsShort() {
            return hostAvailable < hostReserve(hostTotal);
        }
    }

    /** The size of a new pool file. */
    static ByteSize firstSize(FileSystemStat host, Optional<ByteSize> most) throws PoolException {
        return firstSize(host.availableBytes(), host.totalBytes(), most);
    }

    static ByteSize firstSize(long hostAvailable, long hostTotal, Optional<ByteSize> most) throws PoolException {
        long spare = hostAvailable - hostReserve(hostTotal);
        long size = Math.min(FIRST.bytes(), most.orElse(FIRST).bytes()) / STEP * STEP;
        if (spare < size) {
            size = PoolChoice.SMALLEST_FILE.bytes();
        }
        if (spare < size) {
            throw new PoolException("a pool file needs " + PoolChoice.SMALLEST_FILE + " beside "
                    + new ByteSize(hostReserve(hostTotal)) + " left for others, and the host's disk has only "
                    + new ByteSize(hostAvailable) + " free; make room, or put 'state' on another disk");
        }
        return new ByteSize(size);
    }

    /** The size that the file should have now: larger, smaller, or the same as it has. */
    long wanted(Space space) {
        long headroom = headroom(space);
        return space.free() < headroom ? grown(space, headroom) : shrunk(space, headroom);
    }

    /** How long to wait before the next look: half of what the fastest writer needs to use up what is free. */
    Duration pause(Space space) {
        boolean cannotGrow = space.free() < headroom(space) && wanted(space) == space.size();
        if (cannotGrow) {
            return LONGEST_PAUSE;
        }
        Duration untilHalf = Duration.ofMillis(Math.max(0, space.free()) / 2 * 1000 / FASTEST_WRITER);
        if (untilHalf.compareTo(LONGEST_PAUSE) > 0) {
            return LONGEST_PAUSE;
        }
        return untilHalf.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : untilHalf;
    }

    private long grown(Space space, long headroom) {
        long missing = 2 * headroom - space.free();
        long spare = spare(space.size(), space.hostAvailable(), space.hostTotal());
        return space.size() + Math.min(missing / STEP * STEP, spare);
    }

    /** By how much a file of this size can grow at most. */
    long spare(long size, long hostAvailable, long hostTotal) {
        long ofHost = hostAvailable - hostReserve(hostTotal);
        long ceiling = most.map(ByteSize::bytes).orElse(Long.MAX_VALUE) - size;
        return Math.max(0, Math.min(ofHost, ceiling) / STEP * STEP);
    }

    private static long shrunk(Space space, long headroom) {
        long keep = space.hostIsShort() ? headroom : Math.max(2 * headroom, space.size() / 2);
        long beyondFirst = Math.max(0, space.size() - FIRST.bytes());
        long excess = Math.min(space.free() - keep, beyondFirst) / STEP * STEP;
        boolean worthIt = excess >= headroom / 2;
        return worthIt ? space.size() - Math.min(excess, MOST_AT_ONCE) : space.size();
    }

    private static long headroom(Space space) {
        long wished = Math.max(space.size() / HEADROOM_PART, space.hostAvailable() / HEADROOM_PART_OF_HOST);
        return Math.clamp(wished, LEAST_HEADROOM, MOST_HEADROOM);
    }

    private static long hostReserve(long hostTotal) {
        return Math.clamp(hostTotal / HOST_RESERVE_PART, LEAST_HOST_RESERVE, MOST_HOST_RESERVE);
    }
}
