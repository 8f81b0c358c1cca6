package io.flockerj.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A caller of the control API, on one connection that is kept. One caller at a time.
 *
 * <p>A call that the daemon refuses throws {@link RefusedException}; one whose answer never comes, since the connection
 * ends, {@link IOException}.
 */
public final class ControlClient implements AutoCloseable {
    private static final int ACCEPTED = 202;
    private static final Duration POLL = Duration.ofMillis(50);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final UnixHttp http;

    /** Connects to a daemon that listens. */
    public ControlClient(Path socket) throws IOException {
        http = new UnixHttp(socket);
    }

    /** What a daemon answers with, on a connection of its own: many objects, one on each line. */
    public static List<JsonNode> lines(DaemonProcess daemon, String path) throws IOException {
        String answer = Commands.here()
                .run(
                        "curl",
                        "-sSf",
                        "--unix-socket",
                        daemon.plan().path("control").toString(),
                        "http://localhost" + path)
                .ok();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : answer.lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    /** Changes a volume's size limit; {@code size} as people write it, or {@code none}. */
    public JsonNode resize(String volume, String size) throws IOException {
        return ask("PATCH", "/v1/volumes/" + volume, body().put("size", size));
    }

    /** Takes a snapshot of one volume. */
    public JsonNode snapshot(String volume) throws IOException {
        return snapshot(body(), volume);
    }

    /** Takes a snapshot of one volume, and tags it. */
    public JsonNode snapshot(String volume, String tag) throws IOException {
        return snapshot(body().put("tag", tag), volume);
    }

    private JsonNode snapshot(ObjectNode order, String volume) throws IOException {
        order.putArray("volumes").add(volume);
        return ask("POST", "/v1/snapshots", order).required("snapshots").required(0);
    }

    /** Brings a volume back to the snapshot that a ref names. */
    public JsonNode rollback(String ref) throws IOException {
        return ask("POST", "/v1/rollback", body().put("ref", ref));
    }

    /** Makes a volume of an archive; its first snapshot has that message. */
    public JsonNode importTar(String volume, String message, byte[] archive) throws IOException {
        String path = "/v1/import?name=" + volume + "&message=" + message;
        return accepted("POST " + path, http.ask("POST", path, archive));
    }

    /** Asks without a body. */
    public JsonNode ask(String method, String path) throws IOException {
        return ask(method, path, MissingNode.getInstance());
    }

    /**
     * Asks whatever {@code docs/control-api.yaml} offers, and answers with what came back.
     *
     * @param path with what is special in it percent-encoded
     */
    public JsonNode ask(String method, String path, JsonNode body) throws IOException {
        return accepted(method + " " + path, http.ask(method, path, body));
    }

    private JsonNode accepted(String call, UnixHttp.Answer asked) throws IOException {
        UnixHttp.Answer answer =
                asked.status() == ACCEPTED ? outcome(asked.body().required("id").asText()) : asked;
        if (answer.status() >= 300) {
            String message = answer.body().path("error").path("message").asText();
            throw new RefusedException(call, answer.status(), message);
        }
        return answer.body();
    }

    /** What a call is answered with that took more than a second. */
    private UnixHttp.Answer outcome(String id) throws IOException {
        while (true) {
            JsonNode job =
                    http.ask("GET", "/v1/jobs/" + id, MissingNode.getInstance()).body();
            if (!job.required("status").isNull()) {
                return new UnixHttp.Answer(
                        job.required("status").asInt(), job.required("error").isNull() ? job.required("result") : job);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
