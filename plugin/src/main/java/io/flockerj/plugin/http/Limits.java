package io.flockerj.plugin.http;

import java.time.Duration;

/**
 * How much a server takes from its clients. There is no limit on how long a connection may be kept, nor on the requests it
 * may carry: Docker's client answers a connection closed by the server with a request whose body is lost.
 *
 * @param connections open at once, at least 2; when they are used up, room is made as {@code silentGrace} and {@code idleGrace}
 *     allow, and until then new clients wait to be accepted
 * @param backlog clients that may wait to be accepted; the kernel allows at most {@code net.core.somaxconn}
 * @param silentGrace how old a connection must be that never completed a request before it may be closed to make room
 * @param idleGrace how long a connection must have been unused since its last answer before it may be closed to make room; only
 *     when no silent one can be
 * @param lineBytes the request line, and each line of a chunked body's framing
 * @param headerBytes all header lines of a request together
 * @param bodyBytes the body of a request
 * @param readBytes taken from a connection at once, and so the most that requests can hold that wait behind the one in flight:
 *     while one is, nothing is read
 * @param requestWithin the time from the first byte of a request to its last
 * @param takenWithin the time in which a client has to take an answer
 * @param linger how long what a client still sends is thrown away after the last answer, so that it can read that answer
 *     before the connection is closed
 * @param streams bodies at once, of requests and answers, that are sent while they are made or read; each takes a thread
 * @param streamBytes of one such body in memory
 * @param streamStall how long such a body may make no progress because of the client; a pager that nobody scrolls is a client
 */
public record Limits(
        int connections,
        int backlog,
        Duration silentGrace,
        Duration idleGrace,
        int lineBytes,
        int headerBytes,
        int bodyBytes,
        int readBytes,
        Duration requestWithin,
        Duration takenWithin,
        Duration linger,
        int streams,
        int streamBytes,
        Duration streamStall) {

    /** What the daemon uses. An engine that starts asks for all its volumes at once, each on a connection of its own. */
    public static final Limits DEFAULT = new Limits(
            4096,
            4096,
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            8 << 10,
            16 << 10,
            1 << 20,
            8 << 10,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            64,
            256 << 10,
            Duration.ofMinutes(5));

    public Limits {
        if (connections < 2
                || backlog < 1
                || lineBytes < 1
                || headerBytes < 1
                || bodyBytes < 0
                || readBytes < 1
                || streams < 1
                || streamBytes < 1) {
            throw new IllegalArgumentException("a limit is too small to serve anybody");
        }
    }
}
