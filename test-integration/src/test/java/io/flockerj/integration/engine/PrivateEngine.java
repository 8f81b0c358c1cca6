package io.flockerj.integration.engine;

import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import io.flockerj.integration.sandbox.Outcome;
import io.flockerj.integration.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Docker engine of the tests' own in a {@link Sandbox}: its data, sockets, mounts and network are apart from any other engine's.
 *
 * <p>It has the image {@value BusyboxImage#NAME}. Containers run without a network, for the engine has no bridge.
 */
public final class PrivateEngine implements AutoCloseable {

    private final Sandbox sandbox;
    private final Path root;
    private final Commands docker;
    private @Nullable Process daemon;

    private PrivateEngine(Sandbox sandbox) {
        this.sandbox = sandbox;
        this.root = sandbox.directory().resolve("engine");
        // The command line runs inside too, so that a registry on the sandbox's loopback is its loopback.
        this.docker = sandbox.inside()
                .with(Map.of(
                        "DOCKER_HOST",
                        "unix://" + root.resolve("docker.sock"),
                        "DOCKER_CONFIG",
                        root.resolve("client").toString()));
    }

    /** Starts an engine with the test image in a sandbox of its own; {@code purpose} names its directory. */
    public static PrivateEngine open(String purpose) {
        PrivateEngine engine = new PrivateEngine(Sandbox.open(purpose));
        try {
            Files.createDirectories(engine.root.resolve("client"));
            Files.writeString(engine.root.resolve("daemon.json"), "{}");
            engine.start();
            BusyboxImage.importInto(engine);
            return engine;
        } catch (IOException e) {
            engine.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | AssertionError e) {
            engine.close();
            throw e;
        }
    }

    public Sandbox sandbox() {
        return sandbox;
    }

    /** A directory on the machine's disk for what a test puts beside the engine: state directories, images of file systems. */
    public Path directory() {
        return sandbox.directory();
    }

    /** What the engine wrote on standard error, its plugins' output with it, since it was first started. */
    public Path log() {
        return root.resolve("dockerd.log");
    }

    Path executionRoot() {
        return root.resolve("exec");
    }

    /** The directory that holds everything the engine keeps ({@code /var/lib/docker} elsewhere). */
    public Path dataRoot() {
        return root.resolve("data");
    }

    /** Starts the daemon, with further flags of dockerd, and waits until it answers. */
    public void start(String... flags) {
        if (isRunning()) {
            throw new IllegalStateException("the engine runs already");
        }
        List<String> command = new ArrayList<>(List.of(
                "dockerd",
                "--config-file=" + root.resolve("daemon.json"),
                "--data-root=" + dataRoot(),
                "--exec-root=" + executionRoot(),
                "--pidfile=" + root.resolve("docker.pid"),
                "--host=unix://" + root.resolve("docker.sock"),
                "--cgroup-parent=" + sandbox.cgroup(),
                "--exec-opt=native.cgroupdriver=cgroupfs",
                "--bridge=none",
                "--iptables=false",
                "--ip6tables=false"));
        Collections.addAll(command, flags);
        Process started = sandbox.start(log(), sandbox.inside().builder(command.toArray(String[]::new)));
        daemon = started;
        Eventually.await("the engine to answer; its log is " + log(), () -> {
            if (!started.isAlive()) {
                throw new AssertionError("the engine ended with " + started.exitValue() + " at start:\n" + logFrom(0));
            }
            return docker("version").exit() == 0;
        });
    }

    public boolean isRunning() {
        return daemon != null && daemon.isAlive();
    }

    /** Stops the daemon as an init system does, and waits for its end. */
    public void stop() {
        end(Process::destroy);
    }

    /**
     * Kills the daemon, as an accident does. Its containerd dies with it (moby {@code remote_daemon_linux.go}, {@code Pdeathsig}), and
     * the containers live on until the next start.
     */
    public void kill() {
        List<ProcessHandle> children =
                daemon == null ? List.of() : daemon.children().toList();
        end(Process::destroyForcibly);
        Eventually.await("the end of containerd", () -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    private void end(java.util.function.Consumer<Process> how) {
        Process running = daemon;
        if (running != null) {
            how.accept(running);
            Eventually.await("the end of the engine", () -> !running.isAlive());
        }
    }

    /** Stops the daemon and starts it with {@code flags}. */
    public void restart(String... flags) {
        stop();
        start(flags);
    }

    /** Runs {@code docker}, whatever comes of it. */
    public Outcome docker(String... arguments) {
        return docker.run(dockerWith(arguments));
    }

    /** Has {@code docker} run while the test goes on. */
    public CompletableFuture<Outcome> dockerMeanwhile(String... arguments) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                outcome.complete(docker(arguments));
            } catch (RuntimeException | AssertionError e) {
                outcome.completeExceptionally(e);
            }
        });
        return outcome;
    }

    /** Runs {@code docker} with something on its standard input. */
    public Outcome feedDocker(String input, String... arguments) {
        return docker.feed(input, dockerWith(arguments));
    }

    /** Runs some other program that talks to this engine. */
    public Outcome client(String... command) {
        return docker.run(command);
    }

    /** Runs programs that talk to this engine, for whoever wants to say more of how. */
    public Commands clients() {
        return docker;
    }

    private static String[] dockerWith(String... arguments) {
        return Stream.concat(Stream.of("docker"), Stream.of(arguments)).toArray(String[]::new);
    }

    /** Creates a volume of the plugin's, with options {@code KEY=VALUE}. */
    public void createVolume(String name, String... options) {
        docker(Stream.of(
                                Stream.of("volume", "create", "-d", FlockerjPlugin.NAME),
                                Stream.of(options).flatMap(option -> Stream.of("-o", option)),
                                Stream.of(name))
                        .flatMap(words -> words)
                        .toArray(String[]::new))
                .ok();
    }

    /** What {@code docker volume inspect} says, put through a Go template. */
    public String inspectVolume(String name, String template) {
        return docker("volume", "inspect", "-f", template, name).ok();
    }

    /**
     * Runs a shell script in a new container, which is removed afterwards.
     *
     * @param volume as {@code docker run -v} takes it
     * @return what the script, which has to succeed, wrote on standard output
     */
    public String sh(String volume, String script) {
        return docker("run", "--rm", "--network=none", "-v", volume, BusyboxImage.NAME, "sh", "-c", script)
                .ok();
    }

    /**
     * Starts a container that holds {@code volume} and does nothing. Being stopped it ends at once: the first process of a container
     * does not get SIGTERM unless it asks for it.
     */
    public void hold(String container, String volume) {
        docker(
                        "run",
                        "-d",
                        "--network=none",
                        "--stop-signal=KILL",
                        "--name=" + container,
                        "-v",
                        volume,
                        BusyboxImage.NAME,
                        "tail",
                        "-f",
                        "/dev/null")
                .ok();
    }

    /** Runs a shell script in a running container. */
    public String exec(String container, String script) {
        return docker("exec", container, "sh", "-c", script).ok();
    }

    /** Removes every container, running or not, and leaves their volumes. */
    public void removeContainers() {
        List<String> all = docker("ps", "-aq").lines();
        if (!all.isEmpty()) {
            docker(Stream.concat(Stream.of("rm", "-f"), all.stream()).toArray(String[]::new));
        }
    }

    /** How long the log is by now, to be given to {@link #logFrom} later. */
    public long logSize() {
        try {
            return Files.exists(log()) ? Files.size(log()) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The log from a position on. */
    public String logFrom(long position) {
        try {
            byte[] all = Files.readAllBytes(log());
            int from = (int) Math.min(position, all.length);
            return new String(all, from, all.length - from, java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the engine and everything in its sandbox, and fails when something is left. */
    @Override
    public void close() {
        sandbox.close();
    }
}
