package io.flockerj.plugin.http;

/**
 * What a request is answered with.
 *
 * @param status of HTTP, 200 to 599
 * @param contentType the media type of the body
 * @param body never changed by anybody
 */
@SuppressWarnings("ArrayRecordComponent") // Responses are never compared, and a copy of each body would serve nobody.
public record Response(int status, String contentType, byte[] body) {
    public Response {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("not the status of a final answer: " + status);
        }
    }
}
