package io.flockerj.integration.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A mount and a network namespace of their own, kept by a process that does nothing else, and a directory on the machine's disk.
 *
 * <p>Docker puts the sockets of its plugins in {@code /run/docker/plugins} whatever it is told (moby {@code daemon_linux.go}), and its
 * shims theirs in {@code /run/containerd}: so {@code /run} is an empty file system of the sandbox. Its mounts never reach the machine, its
 * network is a loopback interface of its own, and so several sandboxes live side by side. The directory has the same path inside and
 * outside.
 *
 * <p>{@link #close} ends every process that was started in it or by one of those, and fails when anything is left.
 */
public final class Sandbox implements AutoCloseable {

    /** In the environment of every process of the sandbox: its directory. {@code ./test-integration/run} looks for it too. */
    static final String MARK = "TEST_RUN_SANDBOX";

    private static final Path BASE = base(System.getProperty("flockerj.sandboxes", ""));

    private static final AtomicInteger COUNT = new AtomicInteger();

    private static final String HOLD = """
            set -eu
            mount --make-rprivate /
            mount -t tmpfs -o mode=755 sandbox /run
            mkdir -p /run/docker/plugins /run/lock
            [ "$1" = shared ] || busybox ip link set lo up
            mount --make-rshared /
            echo ready
            exec sleep infinity
            """;

    private final Path directory;
    private final Process holder;
    private final Commands commands;
    private final Thread atExit = new Thread(this::closeQuietly, "sandbox-at-exit");
    private volatile boolean closed;

    private Sandbox(Path directory, Network network) throws IOException {
        this.directory = directory;
        Map<String, String> mark = Map.of(MARK, directory.toString());
        String namespaces = network == Network.OWN ? "--net" : "--mount";
        this.holder = new Commands(List.of(), mark)
                .builder("unshare", "--mount", namespaces, "sh", "-c", HOLD, "hold", network.word)
                .redirectError(directory.resolve("holder.log").toFile())
                .start();
        this.commands =
                new Commands(List.of("nsenter", "--mount", namespaces, "--target", "" + holder.pid(), "--"), mark);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    private static Path base(String wanted) {
        return wanted.isEmpty()
                ? Path.of("/var/tmp/flockerj-it." + ProcessHandle.current().pid())
                : Path.of(wanted).toAbsolutePath();
    }

    /** Makes a sandbox whose directory says what it is for. */
    public static Sandbox open(String purpose) {
        return open(purpose, Network.OWN);
    }

    /** Makes one whose programs tests can reach, and programs that they start: its network is the machine's. */
    public static Sandbox openOnMachinesNetwork(String purpose) {
        return open(purpose, Network.SHARED);
    }

    private enum Network {
        OWN("own"),
        SHARED("shared");

        private final String word;

        Network(String word) {
            this.word = word;
        }
    }

    private static Sandbox open(String purpose, Network network) {
        try {
            Sandbox sandbox = new Sandbox(newDirectory(purpose), network);
            sandbox.awaitHolder();
            return sandbox;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a sandbox", e);
        }
    }

    /** Other processes run tests beside this one, and make theirs in the same place. */
    private static Path newDirectory(String purpose) throws IOException {
        Files.createDirectories(BASE);
        while (true) {
            Path directory = BASE.resolve(COUNT.incrementAndGet() + "-" + shortened(purpose));
            try {
                return Files.createDirectory(directory);
            } catch (FileAlreadyExistsException e) {
                // The next number then.
            }
        }
    }

    /** Paths of sockets are limited to 107 bytes (unix(7)), and those of containerd lie deep in here. */
    private static String shortened(String purpose) {
        return purpose.substring(0, Math.min(16, purpose.length()));
    }

    private void awaitHolder() throws IOException {
        try {
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
            if (!"ready".equals(said.readLine())) {
                throw new AssertionError("no namespace: " + Files.readString(directory.resolve("holder.log")));
            }
        } catch (IOException | AssertionError e) {
            closeQuietly();
            throw e;
        }
    }

    /** The sandbox's directory, on the machine's disk. */
    public Path directory() {
        return directory;
    }

    /** The cgroup for whatever in the sandbox makes cgroups: absolute, as runtimes take it. */
    public String cgroup() {
        return "/" + directory.toString().substring(1).replace('/', '-');
    }

    /** Joins its network and that of another by a cable of their own, with an address for each end of it. */
    public void connect(String address, Sandbox other, String itsAddress) {
        String cable = "to-" + itsAddress;
        String itsCable = "to-" + address;
        commands.run(
                        "ip",
                        "link",
                        "add",
                        cable,
                        "type",
                        "veth",
                        "peer",
                        "name",
                        itsCable,
                        "netns",
                        "" + other.holder.pid())
                .ok();
        plugIn(commands, cable, address, itsAddress);
        plugIn(other.commands, itsCable, itsAddress, address);
    }

    private static void plugIn(Commands inside, String cable, String address, String peer) {
        inside.run("ip", "address", "add", address, "peer", peer, "dev", cable).ok();
        inside.run("ip", "link", "set", cable, "up").ok();
    }

    /** Has everything inside that is started from now on know a host by a name. */
    public void name(String host, String address) throws IOException {
        Path hosts =
                Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n" + address + " " + host + "\n");
        commands.run("mount", "--bind", hosts.toString(), "/etc/hosts").ok();
    }

    /** Runs commands inside. */
    public Commands inside() {
        return commands;
    }

    /** Starts a program inside that stays; its output is appended to {@code log}. */
    public Process start(Path log, ProcessBuilder program) {
        if (closed) {
            throw new IllegalStateException("closed: " + directory);
        }
        try {
            return program.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + String.join(" ", program.command()), e);
        }
    }

    /** Where an absolute path inside is seen from outside. */
    public Path seenFromOutside(Path inside) {
        return Path.of("/proc/" + holder.pid() + "/root")
                .resolve(inside.toString().substring(1));
    }

    /**
     * Ends everything and removes the directory.
     *
     * @throws AssertionError naming what is left of processes, mounts, loop devices and cgroups
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<String> left = new Leftovers(directory, cgroup()).clear();
        forgetAtExit();
        if (!left.isEmpty()) {
            throw new AssertionError("left behind by " + directory + ":\n" + String.join("\n", left));
        }
    }

    private void forgetAtExit() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            // This is the exit.
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (RuntimeException | AssertionError e) {
            System.err.println(e);
        }
    }
}
