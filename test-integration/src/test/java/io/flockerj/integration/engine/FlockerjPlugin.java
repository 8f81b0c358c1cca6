package io.flockerj.integration.engine;

import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The plugin in one engine, by the name under which it is a volume driver there. */
public final class FlockerjPlugin {

    /** The driver's name, as in {@code docker volume create -d}. */
    public static final String NAME = "flockerj:latest";

    private static final String SOCKET = "flockerj.sock";
    private static final Duration FOUND_AFTER = Duration.ofSeconds(7);

    private final PrivateEngine engine;
    private final Path state;

    FlockerjPlugin(PrivateEngine engine, Path state) {
        this.engine = engine;
        this.state = state;
    }

    /** The plugin's state directory, on the machine's disk. */
    public Path state() {
        return state;
    }

    /** Creates the plugin from {@link PluginPackage}, with its state directory in the engine's sandbox, and further settings. */
    public static FlockerjPlugin install(PrivateEngine engine, String... settings) {
        FlockerjPlugin plugin = new FlockerjPlugin(engine, engine.directory().resolve("state"));
        engine.docker("plugin", "create", NAME, PluginPackage.directory().toString())
                .ok();
        plugin.set("FLOCKERJ_STATE=" + plugin.state);
        if (settings.length > 0) {
            plugin.set(settings);
        }
        plugin.enable();
        return plugin;
    }

    public void enable() {
        engine.docker("plugin", "enable", NAME).ok();
    }

    /** Disables it although volumes are known. */
    public void disable() {
        engine.docker("plugin", "disable", "-f", NAME).ok();
    }

    /** Changes settings ({@code KEY=VALUE}) of the disabled plugin. */
    public void set(String... settings) {
        engine.docker(Stream.concat(Stream.of("plugin", "set", NAME), Stream.of(settings))
                        .toArray(String[]::new))
                .ok();
    }

    public boolean isEnabled() {
        return engine.docker("plugin", "inspect", "-f", "{{.Enabled}}", NAME)
                .text()
                .equals("true");
    }

    /** The engine's 64 digits for this installation. */
    public String id() {
        return engine.docker("plugin", "inspect", "-f", "{{.Id}}", NAME).ok();
    }

    /** The process that the engine runs; the daemon, for the package has no shell in front of it. */
    public ProcessHandle process() {
        Path pidfile = engine.executionRoot()
                .resolve("containerd/daemon/io.containerd.runtime.v2.task/plugins.moby")
                .resolve(id())
                .resolve("init.pid");
        return Eventually.get(
                "the plugin's process, as told by " + pidfile,
                () -> readPid(pidfile).flatMap(ProcessHandle::of).filter(ProcessHandle::isAlive));
    }

    private static Optional<Long> readPid(Path pidfile) {
        try {
            String pid = Files.readString(pidfile).strip();
            return pid.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(pid));
        } catch (IOException between) {
            return Optional.empty();
        }
    }

    /** Sends the daemon a signal by its short name, say STOP. */
    public void signal(String name) {
        Commands.here().run("kill", "-" + name, "" + process().pid()).ok();
    }

    /** Kills the daemon and waits until the engine has started another one that answers. */
    public void killAndAwaitRestart() {
        endAndAwaitRestart("KILL");
    }

    /** Ends the daemon by a signal, by its short name, and waits until the engine has started another one that answers. */
    public void endAndAwaitRestart(String signal) {
        ProcessHandle before = settledProcess();
        signal(signal);
        awaitSuccessorOf(before);
    }

    /**
     * The plugin's process once the engine has found it listening. The engine looks 0.5 and 3.5 s after each start (moby
     * {@code plugin/manager_linux.go}, {@code pluginPostStart}); a plugin that ends before it was found is disabled, not restarted. The
     * kernel tells the time of the start to a second only, and the engine begins to count later.
     */
    public ProcessHandle settledProcess() {
        ProcessHandle process = process();
        Instant found = process.info().startInstant().orElseThrow().plus(FOUND_AFTER);
        Eventually.await("the engine to find the plugin", () -> Instant.now().isAfter(found));
        return process;
    }

    /** Waits until another process than {@code before} answers as the plugin. */
    public void awaitSuccessorOf(ProcessHandle before) {
        Eventually.await("another process of the plugin", () -> process().pid() != before.pid() && answers());
    }

    private boolean answers() {
        try (Wire wire = wire()) {
            return wire.call("VolumeDriver.Capabilities", "{}").status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A connection of the test's own to the plugin's socket. */
    public Wire wire() throws IOException {
        return Wire.connect(socket());
    }

    /**
     * The plugin's socket as seen from the tests: through a symbolic link, for the whole path is longer than a socket's may be.
     */
    public synchronized Path socket() {
        Path inside = Path.of("/run/docker/plugins", id(), SOCKET);
        Path link = engine.directory().resolve("s");
        Path target = engine.sandbox().seenFromOutside(inside);
        try {
            if (!Files.isSymbolicLink(link) || !Files.readSymbolicLink(link).equals(target)) {
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, target);
            }
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where volumes of this installation are mounted, as the engine's namespace shows it; each place once. The engine shows each twice,
     * in the plugin's mount and, hidden below that, in the file system around it: both are shared and peers (moby
     * {@code plugin/manager_linux.go}, {@code MakeRShared}).
     *
     * @throws AssertionError where one volume's mount lies on top of another
     */
    public Set<String> mounts() {
        Path published = engine.dataRoot().resolve("plugins").resolve(id()).resolve("propagated-mount");
        List<String[]> all = engine.sandbox().inside().run("cat", "/proc/self/mountinfo").lines().stream()
                .map(line -> line.split(" ", 6))
                .filter(mount -> mount[4].startsWith(published + "/"))
                .toList();
        Set<String> ids = all.stream().map(mount -> mount[0]).collect(Collectors.toSet());
        all.stream().filter(mount -> ids.contains(mount[1])).findAny().ifPresent(mount -> {
            throw new AssertionError("mounted on top of another mount: " + mount[4]);
        });
        return all.stream().map(mount -> mount[4]).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Where one volume is mounted; see {@link #mounts()}. */
    public Set<String> mounts(String volume) {
        return mounts().stream()
                .filter(point -> point.contains("/propagated-mount/" + volume + "/"))
                .collect(Collectors.toSet());
    }

    /** Loop devices whose file lies in the engine's sandbox. */
    public List<String> loopDevices() {
        return Commands.here().run("losetup", "--list", "--noheadings", "--output", "NAME,BACK-FILE").lines().stream()
                .filter(line -> line.contains(engine.directory() + "/"))
                .toList();
    }
}
