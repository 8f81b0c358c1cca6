package io.flockerj.hub.http.api;

import io.flockerj.hub.http.Callers;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;

/** What answers here. */
final class VersionRoutes implements HttpService {
    /** The version of docs/hub-api.yaml. */
    static final String API = "1";

    private final String version;
    private final Callers callers;

    VersionRoutes(String version, Callers callers) {
        this.version = version;
        this.callers = callers;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::get);
    }

    /** For everybody, whatever they show, as often as they may ask. */
    private void get(ServerRequest request, ServerResponse response) throws IOException {
        callers.anonymous(request);
        Told.send(
                response,
                200,
                Told.object().put("name", "flockerhub").put("version", version).put("api", API));
    }
}
