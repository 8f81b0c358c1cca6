package io.flockerj.plugin.progress;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Work of which is known about how many bytes it is: as soon as more is done than was thought, how much it is in all is unknown. So whoever watches
 * never sees more done than there is to do. What the work expects itself is passed on, and then nothing is thought of it any more.
 */
public final class Estimated implements Progress {
    private final Progress watched;
    /** Less than nothing if nothing is thought any more. */
    private final AtomicLong left;

    /**
     * Tells of the estimate.
     *
     * @param watched is told of the work
     * @param bytes about; {@link Progress#UNKNOWN} if nobody knows
     */
    public Estimated(Progress watched, long bytes) {
        this.watched = watched;
        this.left = new AtomicLong(bytes);
        watched.expect(bytes, UNKNOWN);
    }

    @Override
    public void phase(String word) {
        watched.phase(word);
    }

    @Override
    public void expect(long bytes, long entries) {
        left.set(UNKNOWN);
        watched.expect(bytes, entries);
    }

    @Override
    public void add(long bytes, long entries) throws CancelledException {
        long before = left.getAndAdd(-bytes);
        if (before >= 0 && before < bytes) {
            watched.expect(UNKNOWN, UNKNOWN);
        }
        watched.add(bytes, entries);
    }
}
