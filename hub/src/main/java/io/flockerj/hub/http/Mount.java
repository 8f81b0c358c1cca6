package io.flockerj.hub.http;

import io.helidon.webserver.http.HttpService;

/**
 * Routes below a path. Several may stand below the same: the first that has a route for a request answers it.
 *
 * @param path as {@code /api/v1/teams}
 */
public record Mount(String path, HttpService service) {}
