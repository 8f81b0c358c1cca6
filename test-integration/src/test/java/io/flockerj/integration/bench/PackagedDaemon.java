package io.flockerj.integration.bench;

import io.flockerj.integration.ControlClient;
import io.flockerj.integration.VolumeDriverClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The daemon as it is shipped: with the plugin's own runtime, options and AOT cache. */
final class PackagedDaemon implements AutoCloseable {
    private final Process process;
    private final Path directory;

    private PackagedDaemon(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
    }

    /** Executes it and does not wait; everything of it lies in {@code directory}. */
    static PackagedDaemon launch(Path pluginPackage, Path directory) throws IOException {
        Path home = pluginPackage.resolve("rootfs/opt/flockerj");
        Files.createDirectories(directory);
        List<String> command = new ArrayList<>(List.of(
                home.resolve("runtime/bin/java").toString(),
                "@" + home.resolve("java.options"),
                "-XX:AOTCache=" + home.resolve("flockerj.aot"),
                "-jar",
                home.resolve("flockerj.jar").toString()));
        for (String setting : List.of("state", "mounts", "run", "socket", "control")) {
            command.add("--" + setting + "=" + directory.resolve(setting));
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
        return new PackagedDaemon(process, directory);
    }

    /** Waits until it listens. */
    PackagedDaemon listening() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try (VolumeDriverClient client = connect()) {
                client.capabilities();
                return this;
            } catch (IOException e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IOException(
                            "the daemon does not listen:\n" + Files.readString(directory.resolve("log")), e);
                }
            }
            process.waitFor(1, TimeUnit.MILLISECONDS);
        }
    }

    VolumeDriverClient connect() throws IOException {
        return new VolumeDriverClient(directory.resolve("socket"));
    }

    /** Waits for the pool. */
    ControlClient connectToControl() throws IOException {
        try (VolumeDriverClient client = connect()) {
            client.list();
        }
        return new ControlClient(control());
    }

    /** Where it is asked for histories. */
    Path control() {
        return directory.resolve("control");
    }

    Path mounts() {
        return directory.resolve("mounts");
    }

    /** Where the pool's own file system is mounted. */
    Path pool() {
        return directory.resolve("run/pool");
    }

    /** What it has taken of the machine. */
    ProcessUse use() {
        return new ProcessUse(process);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
