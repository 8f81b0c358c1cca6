package io.flockerj.plugin;

import org.jspecify.annotations.Nullable;

/**
 * The threads of jobs. A push or a pull takes hundreds of megabytes for a while; when the last job ends, the heap is collected, which gives them
 * back to the system: packaging/java.options says how much stays.
 */
final class JobThreads extends DaemonThreads {
    /** A heap of so many bytes is not worth it. */
    private static final long SMALL = 24L << 20;

    JobThreads(String name, int most, int queue) {
        super(name, most, queue);
    }

    @Override
    protected void afterExecute(Runnable job, @Nullable Throwable failure) {
        super.afterExecute(job, failure);
        boolean isLast = getActiveCount() <= 1 && getQueue().isEmpty();
        if (isLast && Runtime.getRuntime().totalMemory() > SMALL) {
            System.gc(); // tidy: nothing else makes the collector shrink the heap, and idle memory is a promise
        }
    }
}
