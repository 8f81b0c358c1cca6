package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.http.Target;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Makes volumes. */
final class NewVolume {
    private NewVolume() {}

    /** Answers with the volume as the daemon describes it. */
    static JsonNode create(Session session, String name, Map<String, String> options) throws IOException {
        ObjectNode body = Daemon.json().put("name", name);
        if (!options.isEmpty()) {
            ObjectNode all = body.putObject("options");
            options.forEach(all::put);
        }
        body.put("zone", session.zone());
        return session.daemon().change("POST", Target.of("v1", "volumes"), Optional.of(body));
    }
}
