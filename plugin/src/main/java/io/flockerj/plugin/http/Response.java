package io.flockerj.plugin.http;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param status of HTTP, 200 to 599
 * @param contentType the media type of the body
 * @param headers beyond those that every answer has; names and values go out as they are
 * @param body never changed by anybody
 */
@SuppressWarnings("ArrayRecordComponent") // Responses are never compared, and a copy of each body would serve nobody.
public record Response(int status, String contentType, Map<String, String> headers, byte[] body) {
    public Response {
        headers = Map.copyOf(headers);
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("not the status of a final answer: " + status);
        }
    }

    /** The same with one more header. */
    public Response with(String header, String value) {
        return new Response(
                status,
                contentType,
                ImmutableMap.<String, String>builder()
                        .putAll(headers)
                        .put(header, value)
                        .buildKeepingLast(),
                body);
    }

    /** With the headers that every answer has. */
    public Response(int status, String contentType, byte[] body) {
        this(status, contentType, Map.of(), body);
    }
}
