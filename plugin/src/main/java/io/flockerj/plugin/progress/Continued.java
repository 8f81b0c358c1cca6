package io.flockerj.plugin.progress;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Several pieces of work, one after the other, as one: what each expects comes on top of what those before have done. So each tells of itself
 * as if it were alone, and whoever watches never sees more done than there is to do.
 */
public final class Continued implements Progress {
    private final Progress all;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong entries = new AtomicLong();

    /** @param all is told of the whole */
    public Continued(Progress all) {
        this.all = all;
    }

    @Override
    public void phase(String word) {
        all.phase(word);
    }

    /** How much there is to do from here on. */
    @Override
    public void expect(long moreBytes, long moreEntries) {
        all.expect(after(bytes, moreBytes), after(entries, moreEntries));
    }

    private static long after(AtomicLong done, long more) {
        return more == UNKNOWN ? UNKNOWN : done.get() + more;
    }

    @Override
    public void add(long moreBytes, long moreEntries) throws CancelledException {
        bytes.addAndGet(moreBytes);
        entries.addAndGet(moreEntries);
        all.add(moreBytes, moreEntries);
    }
}
