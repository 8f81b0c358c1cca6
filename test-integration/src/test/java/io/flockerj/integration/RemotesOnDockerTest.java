package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A remote in a directory of the host, as the installed plugin reaches it. */
@OnPrivateEngine
class RemotesOnDockerTest {
    private final PrivateEngine engine;

    RemotesOnDockerTest(PrivateEngine engine) {
        this.engine = engine;
    }

    @Test
    void whatAContainerWroteGoesToADirectoryOfTheHostAndComesBackInAnotherVolume(@TempDir Path remote)
            throws IOException {
        engine.createVolume("db");
        engine.sh("db:/data", "seq 1 100000 > /data/table; ln -s table /data/link; chmod 600 /data/table");

        ask("/v1/remotes", body().put("name", "nas").put("url", "file://" + remote));
        JsonNode pushed = ask("/v1/push", body().put("ref", "db"));
        ask("/v1/clone", body().put("place", "nas/db").put("volume", "copy"));

        assertThat(pushed.required("snapshots")).hasSize(1);
        assertThat(Files.exists(remote.resolve("flockerj"))).isTrue();
        assertThat(engine.sh("copy:/data", "tail -n 1 /data/link; stat -c %a /data/table"))
                .isEqualTo("100000\n600");
    }

    private JsonNode ask(String path, ObjectNode body) throws IOException {
        Path socket = engine.sandbox().seenFromOutside(Path.of("/run/flockerj/control.sock"));
        try (ControlClient control = new ControlClient(socket)) {
            return control.ask("POST", path, body);
        }
    }

    private static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }
}
