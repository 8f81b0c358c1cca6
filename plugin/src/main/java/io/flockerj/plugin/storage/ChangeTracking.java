package io.flockerj.plugin.storage;

import java.io.IOException;

/** A driver that tells what changed between two snapshots at the cost of what changed, not of what they hold. */
public interface ChangeTracking {
    /**
     * Tells {@code sink} of every difference between two snapshots, once, in no order. Nothing is told before all of it is known, so
     * the sink may take its time and write to the same disk.
     *
     * <p>Either may be the older one, and neither need be made from the other. Both stay while this runs: destroying them meanwhile
     * makes one of the two calls fail. Memory is taken in proportion to what changed, up to a limit.
     *
     * @throws TooManyChangesException if more has changed than can be held
     * @throws java.nio.file.NoSuchFileException if there is no tree {@code from} or {@code to}
     * @throws IOException also what the sink throws
     */
    void changes(TreeId from, TreeId to, ChangeSink sink) throws IOException;

    /**
     * Tells what has to be looked at in the newer of two snapshots to know all of it, if all of the older is known: more than
     * {@link #changes}, which passes over times and over what links to a file, and with the places where files were written to.
     *
     * <p>What is said there of the two snapshots, of memory and of errors holds here too. Any doubt makes it {@link Touched.Everything}.
     */
    Touched touched(TreeId from, TreeId to) throws IOException;

    /** Is told of changes. */
    @FunctionalInterface
    interface ChangeSink {
        void accept(Change change) throws IOException;
    }
}
