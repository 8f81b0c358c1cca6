package io.flockerj.hub.http.api;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;

/** What answers here. */
final class VersionRoutes implements HttpService {
    /** The version of docs/hub-api.yaml. */
    static final String API = "1";

    private final String version;

    VersionRoutes(String version) {
        this.version = version;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(
                "/",
                (_, response) -> Told.send(
                        response,
                        200,
                        Told.object()
                                .put("name", "flockerhub")
                                .put("version", version)
                                .put("api", API)));
    }
}
