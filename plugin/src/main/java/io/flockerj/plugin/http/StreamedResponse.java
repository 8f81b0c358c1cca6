package io.flockerj.plugin.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * What a request is answered with when that is too long for memory, or not all known yet. It is sent in chunks; the client has
 * received all of it when, and only when, it has received the last chunk.
 *
 * @param status of HTTP, 200 to 599; sent before the producer is asked
 * @param contentType the media type of the body
 * @param headers beyond those that every answer has; names and values go out as they are
 */
public record StreamedResponse(int status, String contentType, Map<String, String> headers, Producer producer) {
    public StreamedResponse {
        headers = Map.copyOf(headers);
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("not the status of a final answer: " + status);
        }
    }

    /** With the headers that every answer has. */
    public StreamedResponse(int status, String contentType, Producer producer) {
        this(status, contentType, Map.of(), producer);
    }

    /** Where the body comes from. */
    public interface Producer {
        /**
         * Writes the body. Called at most once, on a thread that may block; not called for HEAD.
         *
         * @param out blocks while the client does not take what was written, and throws when the client has gone or takes
         *     nothing for {@link Limits#streamStall}. {@code flush} sends what is buffered; {@code close} does no more than that: the
         *     body ends when this method returns
         * @throws IOException or anything else to cut the answer off: the connection is closed without the last chunk
         */
        void writeTo(OutputStream out) throws IOException;
    }
}
