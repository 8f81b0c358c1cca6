package io.flockerj.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A host that pushes and pulls: a daemon with a pool of its own, and its clients. */
record Host(DaemonProcess daemon, VolumeDriverClient client, ControlClient control) implements AutoCloseable {
    static final String ENGINE = "engine";

    /** Keeps everything in a directory that it makes. */
    static Host start(Path directory) throws IOException, InterruptedException {
        return of(DaemonProcess.Plan.in(Files.createDirectory(directory)).with("pool", "file"));
    }

    static Host of(DaemonProcess.Plan plan) throws IOException, InterruptedException {
        DaemonProcess daemon = plan.start();
        return new Host(daemon, daemon.connect(), daemon.connectToControl());
    }

    /** Makes a volume, and says where it is mounted. */
    Path volume(String name) throws IOException {
        client.create(name, Map.of());
        return client.mount(name, ENGINE);
    }

    /** What a snapshot holds, seen through a volume of that name. */
    List<String> view(String ref, String name) throws IOException {
        client.create(name, Map.of("from", ref, "access", "read-only"));
        return Manifest.of(client.mount(name, ENGINE));
    }

    void add(String name, Path remote) throws IOException {
        add(name, "file://" + remote, Map.of());
    }

    void add(String name, String url, Map<String, String> options) throws IOException {
        ObjectNode body = body().put("name", name).put("url", url);
        options.forEach(body.putObject("options")::put);
        control.ask("POST", "/v1/remotes", body);
    }

    JsonNode push(String ref) throws IOException {
        return push(body().put("ref", ref));
    }

    JsonNode push(ObjectNode order) throws IOException {
        return control.ask("POST", "/v1/push", order);
    }

    JsonNode pull(String ref) throws IOException {
        return control.ask("POST", "/v1/pull", body().put("ref", ref));
    }

    JsonNode cloneOf(String place, String volume) throws IOException {
        return control.ask("POST", "/v1/clone", body().put("place", place).put("volume", volume));
    }

    /** Looks at so many of a hundred bytes of what a volumeset holds on a remote. */
    JsonNode check(String place, int percent) throws IOException {
        return control.ask("POST", "/v1/check", body().put("place", place).put("percent", percent));
    }

    private static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public void close() throws IOException {
        client.close();
        control.close();
        daemon.close();
    }
}
