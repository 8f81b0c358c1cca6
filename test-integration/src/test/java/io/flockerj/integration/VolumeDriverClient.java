package io.flockerj.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * An engine's side of the VolumeDriver protocol, on one connection that is kept. One caller at a time.
 *
 * <p>A call that the daemon refuses throws {@link RefusedException}; one whose answer never comes, since the connection ends,
 * {@link IOException}.
 */
public final class VolumeDriverClient implements AutoCloseable {
    private final UnixHttp http;

    /** Connects to a daemon that listens. */
    public VolumeDriverClient(Path socket) throws IOException {
        http = new UnixHttp(socket);
    }

    public void create(String name, Map<String, String> options) throws IOException {
        ObjectNode body = named(name);
        options.forEach(body.putObject("Opts")::put);
        call("Create", body);
    }

    public void remove(String name) throws IOException {
        call("Remove", named(name));
    }

    /** Answers with where the volume is mounted. */
    public Path mount(String name, String id) throws IOException {
        return Path.of(
                call("Mount", named(name).put("ID", id)).required("Mountpoint").asText());
    }

    public void unmount(String name, String id) throws IOException {
        call("Unmount", named(name).put("ID", id));
    }

    /** Answers with the volume: {@code Name}, {@code Status} and so on. */
    public JsonNode get(String name) throws IOException {
        return call("Get", named(name)).required("Volume");
    }

    /** The names of all volumes. */
    public List<String> list() throws IOException {
        return StreamSupport.stream(
                        call("List", JsonNodeFactory.instance.objectNode())
                                .required("Volumes")
                                .spliterator(),
                        false)
                .map(volume -> volume.required("Name").asText())
                .toList();
    }

    public JsonNode capabilities() throws IOException {
        return call("Capabilities", JsonNodeFactory.instance.objectNode()).required("Capabilities");
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    private static ObjectNode named(String name) {
        return JsonNodeFactory.instance.objectNode().put("Name", name);
    }

    private JsonNode call(String method, ObjectNode body) throws IOException {
        UnixHttp.Answer answer = http.ask("POST", "/VolumeDriver." + method, body);
        if (answer.status() != 200) {
            throw new RefusedException(
                    method, answer.status(), answer.body().path("Err").asText());
        }
        return answer.body();
    }
}
