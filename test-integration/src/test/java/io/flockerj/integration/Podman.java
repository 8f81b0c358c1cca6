package io.flockerj.integration;

import io.flockerj.integration.engine.BusyboxImage;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Outcome;
import io.flockerj.integration.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Podman with a storage, locks and settings of its own in a {@link Sandbox}, with the image {@value #IMAGE}. */
final class Podman {

    static final String IMAGE = "localhost/busybox:latest";

    private final Sandbox sandbox;
    /** In the sandbox's own /run. */
    private static final String RUN = "/run/podman-of-test";

    private final List<String> podman;
    private final Commands commands;

    private Podman(Sandbox sandbox, Path directory, Path settings) {
        this.sandbox = sandbox;
        this.podman = List.of(
                "podman",
                "--root=" + directory.resolve("root"),
                "--runroot=" + RUN + "/root", // of at most 50 characters
                "--tmpdir=" + RUN + "/tmp",
                "--storage-driver=vfs");
        this.commands = sandbox.inside().with(Map.of("CONTAINERS_CONF", settings.toString()));
    }

    /** Podman that knows the driver {@code flockerj} by the daemon's socket. */
    static Podman in(Sandbox sandbox, Path socket) throws IOException {
        Path directory = Files.createDirectories(sandbox.directory().resolve("podman"));
        Path settings = Files.writeString(directory.resolve("containers.conf"), settings(socket));
        Podman podman = new Podman(sandbox, directory, settings);
        Path archive = directory.resolve("busybox.tar");
        Path root = BusyboxImage.layOut(directory.resolve("busybox"));
        Commands.here()
                .run("tar", "--create", "--file", archive.toString(), "--directory", root.toString(), ".")
                .ok();
        podman.run("import", archive.toString(), IMAGE).ok();
        return podman;
    }

    /** The ulimits are named, for Podman's own default is more than a machine may allow. */
    private static String settings(Path socket) {
        return """
                [containers]
                default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]

                [engine]
                cgroup_manager = "cgroupfs"
                events_logger = "file"
                lock_type = "file"
                runtime = "runc"
                volume_plugin_timeout = 30

                [engine.volume_plugins]
                flockerj = "%s"
                """.formatted(socket);
    }

    /** Runs {@code podman}, whatever comes of it. */
    Outcome run(String... arguments) {
        return commands.run(Stream.concat(podman.stream(), Stream.of(arguments)).toArray(String[]::new));
    }

    /** Creates a volume of the daemon's, with options {@code KEY=VALUE}. */
    Outcome createVolume(String name, String... options) {
        return run(Stream.of(
                        Stream.of("volume", "create", "--driver=flockerj"),
                        Stream.of(options).map(option -> "--opt=" + option),
                        Stream.of(name))
                .flatMap(words -> words)
                .toArray(String[]::new));
    }

    /** What {@code podman volume inspect} says, put through a Go template. */
    String inspectVolume(String name, String template) {
        return run("volume", "inspect", "--format", template, name).ok();
    }

    /** Runs a shell script, which has to succeed, in a new container, which is removed afterwards. */
    String sh(String volume, String script) {
        return container("--rm", "-v", volume, IMAGE, "sh", "-c", script).ok();
    }

    /** Starts a container that holds {@code volume} and does nothing, and ends at once when it is stopped. */
    void hold(String container, String volume) {
        container("-d", "--stop-signal=KILL", "--name=" + container, "-v", volume, IMAGE, "tail", "-f", "/dev/null")
                .ok();
    }

    private Outcome container(String... arguments) {
        return run(Stream.concat(
                        Stream.of("run", "--network=none", "--cgroup-parent=" + sandbox.cgroup()), Stream.of(arguments))
                .toArray(String[]::new));
    }

    /** Runs a shell script in a running container. */
    String exec(String container, String script) {
        return run("exec", container, "sh", "-c", script).ok();
    }
}
