package io.flockerj.plugin.http;

import java.util.Optional;

/** A protocol. Its methods are called on the event loop, for one request at a time: they must not block, and should be quick. */
public interface Handler {
    /** How to answer a request. If this throws, the connection is dropped. */
    Plan plan(Request request);

    /**
     * Whether the body of a request is read while it comes. Asked when the head has come, perhaps before earlier requests of the
     * connection are answered, so it changes nothing. If there is no such plan, the body is read whole, and {@link #plan} asked.
     *
     * @param head the request with an empty body
     */
    default Optional<Upload> upload(Request head) {
        return Optional.empty();
    }

    /**
     * How to say, in this protocol, that what came was not a request that can be taken; the connection is then closed.
     *
     * @param status of HTTP, 4xx or 5xx
     * @param message for people
     */
    Response refuse(int status, String message);
}
