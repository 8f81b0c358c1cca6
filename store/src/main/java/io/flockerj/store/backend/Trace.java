package io.flockerj.store.backend;

import java.time.Duration;

/** Is told of every call of a {@link TracedBackend}. */
@FunctionalInterface
public interface Trace {
    /** Called by the thread that made the call, after it. Many threads may do so at once. */
    void called(Call call);

    /** What was asked for. */
    enum Kind {
        READ,
        CREATE,
        LIST,
        DELETE,
        VALUE,
        SWAP
    }

    /**
     * A call that has ended.
     *
     * @param up bytes of content that it sent, or tried to
     * @param down bytes of content that it got; 0 for a list
     * @param took by the clock of this host
     * @param failed whether it ended with an exception; that an object is not there is none
     */
    record Call(Kind kind, ObjectName name, long up, long down, Duration took, boolean failed) {}
}
