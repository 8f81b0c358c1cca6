package io.flockerj.plugin.capture;

/**
 * When a walk began, by the clock of the file system that it goes through. What changed shortly before may change again without its
 * times telling: such a file is looked into again by the next walk, as git does with its index (Documentation/technical/racy-git.adoc of
 * git).
 *
 * @param seconds since 1970
 * @param margin how long before that, in seconds, is shortly before
 */
record Scan(long seconds, int nanos, long margin) {
    /**
     * A write moves a file's time when it begins, and its bytes may come later. Past the page cache ({@code O_DIRECT}) they come when the disk
     * has taken them, for which the kernel waits 30 s before it intervenes: {@code SD_TIMEOUT} in drivers/scsi/sd.h, {@code nvme_io_timeout} in
     * drivers/nvme/host/core.c. That is longer than any clock of a file system takes to tick, FAT's among them, with its 2 s; and than
     * clocks of servers, whose time is told here, differ from each other as a rule.
     */
    static final long MARGIN = 30;

    /** Whether whatever happens to a file from the beginning of the walk on shows in its times. */
    boolean isSettled(Seen seen) {
        // Whoever sets the time of modification moves this one.
        return isBefore(seen.changed(), seen.changedNanos());
    }

    /** Whether a moment was before the walk, and not shortly. */
    boolean isBefore(long second, int nano) {
        long limit = seconds - margin;
        return second < limit || (second == limit && nano < nanos);
    }
}
