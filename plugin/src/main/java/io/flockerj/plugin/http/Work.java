package io.flockerj.plugin.http;

/**
 * What has to be done to answer one request. Exactly one of {@link #run}, {@link #late} and {@link #refused} gives the answer
 * that the client sees; {@link #run} may go on after {@link #late} has.
 */
public interface Work {
    /** Does it, on a thread of its pace. What it throws is logged, and the connection dropped. */
    Answer run();

    /**
     * The answer when time is up. Called on the event loop: must not block.
     *
     * @param begun whether {@link #run} has been called and will go on to its end; if not, it never will be
     */
    Answer late(boolean begun);

    /** The answer when too much else is waiting for a thread; {@link #run} is never called. On the event loop: must not block. */
    Answer refused();

    /**
     * Called with the answer that {@link #run} gave if no client has received it, because time was up or the client had gone.
     * A response counts as received when the kernel has taken all of it while the client still held its connection; one that
     * is streamed does not if its producer was never called, failed, or was cut off. On a thread that may block.
     */
    default void undelivered(Answer answer) {}
}
