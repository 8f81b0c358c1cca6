package io.flockerj.plugin.progress;

/** Remembers what it is told, and may be cancelled at any report. */
public final class TestingProgress implements Progress {
    private int left;
    private long bytes;
    private long entries;

    private TestingProgress(int left) {
        this.left = left;
    }

    /** That nobody cancels. */
    public static TestingProgress never() {
        return new TestingProgress(Integer.MAX_VALUE);
    }

    /** That is cancelled at a report: 0 at the first. */
    public static TestingProgress cancelledAt(int report) {
        return new TestingProgress(report);
    }

    public long bytes() {
        return bytes;
    }

    public long entries() {
        return entries;
    }

    @Override
    public void phase(String word) {}

    @Override
    public void expect(long ofBytes, long ofEntries) {}

    @Override
    public void add(long moreBytes, long moreEntries) throws CancelledException {
        bytes += moreBytes;
        entries += moreEntries;
        if (left-- == 0) {
            throw new CancelledException();
        }
    }
}
