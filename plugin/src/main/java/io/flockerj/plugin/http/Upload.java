package io.flockerj.plugin.http;

import java.io.InputStream;

/**
 * How a handler means to take the body of a request that may be too long for memory: it reads the body while the client sends
 * it.
 *
 * @param bodyBytes how long the body may be; {@link Long#MAX_VALUE} for no limit
 */
public record Upload(long bodyBytes, Receiver receiver) {
    /** Where the body goes. */
    public interface Receiver {
        /**
         * Reads the body, as far as it likes, and answers. If some of the body is left, the connection is closed after the
         * answer. Called at most once, on a thread that may block. What it throws is logged, and the connection dropped.
         *
         * @param body ends only where the client's body does. It throws when the body cannot be had to its end: the client has
         *     gone, sends nothing for {@link Limits#streamStall}, or sends more than {@code bodyBytes} or what is not HTTP
         */
        Answer receive(InputStream body);
    }
}
