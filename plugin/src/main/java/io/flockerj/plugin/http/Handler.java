package io.flockerj.plugin.http;

/** A protocol. Its methods are called on the event loop, for one request at a time: they must not block, and should be quick. */
public interface Handler {
    /** How to answer a request. If this throws, the connection is dropped. */
    Plan plan(Request request);

    /**
     * How to say, in this protocol, that what came was not a request that can be taken; the connection is then closed.
     *
     * @param status of HTTP, 4xx or 5xx
     * @param message for people
     */
    Response refuse(int status, String message);
}
