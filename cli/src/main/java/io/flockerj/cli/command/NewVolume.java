package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.RefusedException;
import io.flockerj.cli.http.Target;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Makes volumes. */
final class NewVolume {
    private NewVolume() {}

    /** Refuses a name that a volume has, before anything is done for a new one. */
    static void refuseTaken(Session session, String name) throws IOException, CommandException {
        try {
            session.daemon().get(Target.of("v1", "volumes", name));
        } catch (RefusedException refused) {
            if (refused.code().equals("no-such-volume")) {
                return;
            }
            throw refused;
        }
        throw CommandException.conflict("there is a volume " + name + " already; choose another name");
    }

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
