package io.flockerj.plugin.http;

import java.util.Optional;

/**
 * One complete request.
 *
 * @param method as sent, for example {@code POST}
 * @param path what stands before the first {@code ?}, as sent: nothing is decoded
 * @param query what stands after it, if there is one
 * @param body at most {@link Limits#bodyBytes} long, empty if there was none; never changed by anybody
 */
@SuppressWarnings("ArrayRecordComponent") // Requests are never compared, and a copy of each body would serve nobody.
public record Request(String method, String path, Optional<String> query, byte[] body) {}
