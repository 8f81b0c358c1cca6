package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.storage.ByteSize;
import java.util.Optional;

/**
 * Decides how large a pool file is to be. Inside it, enough is kept free for what containers can write before the next look;
 * on the host, enough is left for everybody else.
 *
 * @param most the size that the file may never exceed, if any
 */
record SpacePlan(Optional<ByteSize> most) {
    /** Sizes of pool files are multiples of this, so that block groups fit. */
    static final long STEP = 64L << 20;

    private static final ByteSize FIRST = ByteSize.ofGibibytes(1);
    private static final long LEAST_HEADROOM = 512L << 20;
    private static final long MOST_HEADROOM = 4L << 30;
    private static final int HEADROOM_PART = 8;
    private static final long LEAST_HOST_RESERVE = 256L << 20;
    private static final long MOST_HOST_RESERVE = 10L << 30;
    private static final int HOST_RESERVE_PART = 20;

    /**
     * Space inside and outside the pool file, all in bytes.
     *
     * @param size of the file, and of the file system in it
     * @param free what can still be written inside, all promises to writers counted
     * @param hostAvailable free on the host's file system
     * @param hostTotal size of the host's file system
     */
    record Space(long size, long free, long hostAvailable, long hostTotal) {}

    /** The size of a new pool file. */
    static ByteSize firstSize(FileSystemStat host, Optional<ByteSize> most) throws PoolException {
        long spare = host.availableBytes() - hostReserve(host.totalBytes());
        long size = Math.min(FIRST.bytes(), most.orElse(FIRST).bytes());
        if (spare < size) {
            size = PoolChoice.SMALLEST_FILE.bytes();
        }
        if (spare < size) {
            throw new PoolException("a pool file needs " + PoolChoice.SMALLEST_FILE + " beside "
                    + new ByteSize(hostReserve(host.totalBytes())) + " left for others, and the host's disk has only "
                    + new ByteSize(host.availableBytes()) + " free; make room, or put 'state' on another disk");
        }
        return new ByteSize(size / STEP * STEP);
    }

    /** The size that the file should have now: larger, smaller, or the same as it has. */
    long wanted(Space space) {
        long headroom = headroom(space.size());
        if (space.free() < headroom) {
            return grown(space, headroom);
        }
        boolean hostIsShort = space.hostAvailable() < hostReserve(space.hostTotal());
        long keep = hostIsShort ? headroom : Math.max(2 * headroom, space.size() / 2);
        long excess = (space.free() - keep) / STEP * STEP;
        boolean worthIt = excess >= headroom / 2;
        return worthIt ? Math.max(space.size() - excess, FIRST.bytes()) : space.size();
    }

    private long grown(Space space, long headroom) {
        long spare = space.hostAvailable() - hostReserve(space.hostTotal());
        long ceiling = most.map(ByteSize::bytes).orElse(Long.MAX_VALUE) - space.size();
        long step = Math.min(2 * headroom - space.free(), Math.min(spare, ceiling)) / STEP * STEP;
        return space.size() + Math.max(0, step);
    }

    private static long headroom(long size) {
        return Math.clamp(size / HEADROOM_PART, LEAST_HEADROOM, MOST_HEADROOM);
    }

    private static long hostReserve(long hostTotal) {
        return Math.clamp(hostTotal / HOST_RESERVE_PART, LEAST_HOST_RESERVE, MOST_HOST_RESERVE);
    }
}
