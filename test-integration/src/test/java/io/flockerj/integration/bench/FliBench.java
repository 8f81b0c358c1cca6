package io.flockerj.integration.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.flockerj.integration.ControlClient;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Every question of fli as a whole process, as it is packaged; beside it the same question asked with {@code curl}. */
final class FliBench implements Bench.Suite {
    private static final int ROUNDS = 15;
    private static final int VOLUMES = 20;
    private static final int SNAPSHOTS = 20;

    /** What fli asks, and where curl asks it; a path of nothing: what no daemon is asked. */
    private static final Map<List<String>, String> QUESTIONS = new LinkedHashMap<>();

    static {
        QUESTIONS.put(List.of("version"), "/v1/info");
        QUESTIONS.put(List.of("list"), "/v1/volumes");
        QUESTIONS.put(List.of("show", "v0"), "/v1/volumes/v0");
        QUESTIONS.put(List.of("show", "v0@latest"), "/v1/snapshot?ref=v0@latest");
        QUESTIONS.put(List.of("log", "v0"), "/v1/log?ref=v0");
        QUESTIONS.put(List.of("log", "v0", "--graph"), "/v1/log?ref=v0");
        QUESTIONS.put(List.of("diff", "v0@first", "v0@latest"), "/v1/diff?from=v0@first&to=v0@latest");
        QUESTIONS.put(List.of("diff", "v0@first"), "/v1/diff?from=v0@first");
        QUESTIONS.put(List.of("ls", "v0@first:/"), "/v1/files?ref=v0@first&path=/");
        QUESTIONS.put(List.of("cat", "v0@first:/file"), "/v1/content?ref=v0@first&path=/file");
        QUESTIONS.put(List.of("branch", "v0"), "/v1/volumes/v0/branches");
        QUESTIONS.put(List.of("tag", "v0"), "/v1/volumes/v0/tags");
        QUESTIONS.put(List.of("trash"), "/v1/trash");
        QUESTIONS.put(List.of("info"), "/v1/info");
        QUESTIONS.put(List.of("doctor"), "/v1/doctor");
        QUESTIONS.put(List.of("jobs"), "/v1/jobs");
        QUESTIONS.put(List.of("--help"), "/v1/info");
    }

    @Override
    public void run(Path pluginPackage, Path directory, PrintStream out) throws Exception {
        Path fli = Path.of("cli/target/fli/bin/fli").toAbsolutePath();
        try (PackagedDaemon daemon = PackagedDaemon.launch(pluginPackage, directory.resolve("daemon"))
                        .listening();
                VolumeDriverClient client = daemon.connect();
                ControlClient control = daemon.connectToControl()) {
            fill(client, control);
            String socket = daemon.control().toString();
            Map<List<String>, double[]> ours = new LinkedHashMap<>();
            Map<List<String>, double[]> theirs = new LinkedHashMap<>();
            for (int round = -1; round < ROUNDS; round++) {
                for (Map.Entry<List<String>, String> question : QUESTIONS.entrySet()) {
                    List<String> command = new ArrayList<>(List.of(fli.toString()));
                    command.addAll(question.getKey());
                    command.add("--socket=" + socket);
                    measure(round, ours.computeIfAbsent(question.getKey(), key -> new double[ROUNDS]), command);
                    List<String> curl =
                            List.of("curl", "-sf", "--unix-socket", socket, "http://fli" + question.getValue());
                    measure(round, theirs.computeIfAbsent(question.getKey(), key -> new double[ROUNDS]), curl);
                }
            }
            ours.forEach((question, times) -> {
                Samples fliTook = new Samples(times);
                Samples curlTook = new Samples(Objects.requireNonNull(theirs.get(question)));
                out.printf(
                        "fli %-24s %s, %.1f times curl%n",
                        String.join(" ", question), fliTook.describe("ms"), fliTook.median() / curlTook.median());
            });
        }
    }

    private static void fill(VolumeDriverClient client, ControlClient control) throws IOException {
        for (int i = 0; i < VOLUMES; i++) {
            client.create("v" + i, Map.of());
        }
        Path volume = client.mount("v0", "bench");
        for (int i = 0; i < SNAPSHOTS; i++) {
            Files.writeString(volume.resolve("file"), "content " + i);
            Files.writeString(volume.resolve("file" + i), "content");
            control.ask(
                    "POST",
                    "/v1/snapshots",
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("message", "number " + i)
                            .set("volumes", JsonNodeFactory.instance.arrayNode().add("v0")));
            if (i == 0) {
                control.snapshot("v0", "first");
            }
        }
        client.unmount("v0", "bench");
    }

    private static void measure(int round, double[] into, List<String> command) {
        long begin = System.nanoTime();
        Commands.here().run(command.toArray(String[]::new)).ok();
        // The first round is for the caches.
        if (round >= 0) {
            into[round] = (System.nanoTime() - begin) / 1e6;
        }
    }
}
