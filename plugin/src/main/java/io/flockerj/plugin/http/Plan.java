package io.flockerj.plugin.http;

import java.time.Duration;

/** How a handler means to answer a request. */
public sealed interface Plan {
    /** Without any work. */
    record Now(Answer answer) implements Plan {}

    /**
     * By work on a thread.
     *
     * @param pace which threads
     * @param within how long the client may be left without an answer, counted from now; a streamed answer may then go on for
     *     as long as it makes progress
     */
    record Later(Pace pace, Duration within, Work work) implements Plan {}

    /** What a piece of work does with its thread. */
    enum Pace {
        /** Computes, or waits for locks and other threads. Never waits for a free thread itself. */
        QUICK,
        /** May block inside system calls, which would hold up virtual threads' carriers. Waits for one of a few threads. */
        BLOCKING
    }
}
