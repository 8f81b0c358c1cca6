package io.flockerj.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A caller of the control API, on one connection that is kept. One caller at a time.
 *
 * <p>A call that the daemon refuses throws {@link RefusedException}; one whose answer never comes, since the connection
 * ends, {@link IOException}.
 */
public final class ControlClient implements AutoCloseable {
    private final UnixHttp http;

    /** Connects to a daemon that listens. */
    public ControlClient(Path socket) throws IOException {
        http = new UnixHttp(socket);
    }

    /** Changes a volume's size limit; {@code size} as people write it, or {@code none}. */
    public JsonNode resize(String volume, String size) throws IOException {
        JsonNode body = JsonNodeFactory.instance.objectNode().put("size", size);
        UnixHttp.Answer answer = http.ask("PATCH", "/v1/volumes/" + volume, body);
        if (answer.status() != 200) {
            String message = answer.body().path("error").path("message").asText();
            throw new RefusedException("resize", answer.status(), message);
        }
        return answer.body();
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
