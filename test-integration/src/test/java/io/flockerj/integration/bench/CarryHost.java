package io.flockerj.integration.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.ControlClient;
import io.flockerj.integration.VolumeDriverClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A daemon whose volume {@code v} is carried about. */
record CarryHost(PackagedDaemon daemon, VolumeDriverClient client, ControlClient control) implements AutoCloseable {
    static CarryHost start(Path pluginPackage, Path directory) throws IOException, InterruptedException {
        PackagedDaemon daemon = PackagedDaemon.launch(pluginPackage, directory).listening();
        return new CarryHost(daemon, daemon.connect(), daemon.connectToControl());
    }

    /** Removes a directory, and what a daemon has left mounted there. */
    static void remove(Path directory) {
        Measure.command(
                "bash",
                "-c",
                "grep -o '" + directory + "/[^ ]*' /proc/self/mounts | sort -r | xargs -r umount -l; rm -rf "
                        + directory);
    }

    void add(String name, Path remote) throws IOException {
        Files.createDirectories(remote);
        add(name, "file://" + remote, Map.of());
    }

    void add(String name, String url, Map<String, String> options) throws IOException {
        ObjectNode order = body().put("name", name).put("url", url);
        options.forEach(order.putObject("options")::put);
        control.ask("POST", "/v1/remotes", order);
    }

    JsonNode push(String remote) {
        return ask("/v1/push", body().put("ref", "v").put("remote", remote));
    }

    JsonNode pull(String remote) {
        return ask("/v1/pull", body().put("ref", "v").put("remote", remote));
    }

    /** Makes the volume of what a remote has. */
    JsonNode cloneFrom(String remote) {
        return ask("/v1/clone", body().put("place", remote + "/v").put("volume", "v"));
    }

    private static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }

    private JsonNode ask(String path, ObjectNode order) {
        try {
            return control.ask("POST", path, order);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What it takes for some work. */
    Measure measure(Runnable work) throws IOException {
        ProcessUse use = daemon.use();
        use.forgetPeak();
        double processor = use.processorSeconds();
        long begin = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Measure(seconds, use.processorSeconds() - processor, use.peakMebibytes());
    }

    @Override
    public void close() throws IOException {
        client.close();
        control.close();
        daemon.close();
    }
}
