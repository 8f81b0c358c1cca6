package io.flockerj.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * The daemon as a process of its own, in host mode, run from the class path of the tests.
 *
 * <p>It starts in the mount namespace of the thread that starts it, and lives until it is killed or stopped. When it is
 * closed it is killed.
 */
public final class DaemonProcess implements AutoCloseable {
    /** Far more than a start or a stop takes: beyond it something hangs. */
    private static final long PATIENCE_SECONDS = 60;

    private static final int LOG_SHOWN = 8000;
    private static final String MAIN = "io.flockerj.plugin.Flockerj";

    private final Plan plan;
    private final Process process;

    private DaemonProcess(Plan plan, Process process) {
        this.plan = plan;
        this.process = process;
    }

    /**
     * How to run a daemon.
     *
     * @param directory for its socket, its log, and all that no setting puts elsewhere
     * @param settings what to set, by the setting's word, such as {@code pool}
     * @param before a command that runs the command that follows it; may be empty
     * @param virtualMachine further arguments of the Java virtual machine
     * @param through a class whose main method runs the daemon's, as its first argument says
     */
    public record Plan(
            Path directory,
            Map<String, String> settings,
            List<String> before,
            List<String> virtualMachine,
            Optional<Class<?>> through) {
        public Plan {
            settings = Map.copyOf(settings);
            before = List.copyOf(before);
            virtualMachine = List.copyOf(virtualMachine);
        }

        /** A daemon that keeps everything below one directory. */
        public static Plan in(Path directory) {
            return new Plan(
                    directory,
                    Map.of(
                            "socket", directory.resolve("flockerj.sock").toString(),
                            "control", directory.resolve("control.sock").toString(),
                            "state", directory.resolve("state").toString(),
                            "mounts", directory.resolve("mounts").toString(),
                            "run", directory.resolve("run").toString()),
                    List.of(),
                    List.of(),
                    Optional.empty());
        }

        public Plan with(String setting, Object value) {
            Map<String, String> more = new LinkedHashMap<>(settings);
            more.put(setting, value.toString());
            return new Plan(directory, more, before, virtualMachine, through);
        }

        public Plan before(String... command) {
            return new Plan(directory, settings, List.of(command), virtualMachine, through);
        }

        public Plan virtualMachine(String... arguments) {
            return new Plan(directory, settings, before, List.of(arguments), through);
        }

        public Plan through(Class<?> main) {
            return new Plan(directory, settings, before, virtualMachine, Optional.of(main));
        }

        /** The path that a setting names. */
        public Path path(String setting) {
            return Path.of(settings.getOrDefault(setting, ""));
        }

        /** Where the daemon's output is appended. */
        public Path log() {
            return directory.resolve("daemon.log");
        }

        /** Starts the process, and waits for nothing. */
        public DaemonProcess launch() throws IOException {
            return launch(DaemonClasses.arguments());
        }

        /** Starts the process with these arguments for the class path. */
        DaemonProcess launch(List<String> classPath) throws IOException {
            List<String> command = new ArrayList<>(before);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData"));
            command.addAll(virtualMachine);
            command.addAll(classPath);
            through.ifPresent(main -> command.add(main.getName()));
            command.add(MAIN);
            settings.forEach((setting, value) -> command.add("--" + setting + "=" + value));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new DaemonProcess(this, process);
        }

        /** Starts the daemon and waits until it listens. */
        public DaemonProcess start() throws IOException, InterruptedException {
            DaemonProcess daemon = launch();
            try {
                daemon.awaitListening();
                return daemon;
            } catch (InterruptedException | RuntimeException | AssertionError e) {
                daemon.close();
                throw e;
            }
        }
    }

    public Plan plan() {
        return plan;
    }

    public Process process() {
        return process;
    }

    /**
     * Waits until the daemon answers, and listens on both of its sockets.
     *
     * @throws AssertionError with its log, if it ends instead, or does not answer for a minute
     */
    public void awaitListening() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            if (!process.isAlive()) {
                throw new AssertionError("the daemon ended with " + process.exitValue() + "; its log:\n" + log());
            }
            try (VolumeDriverClient client = connect()) {
                client.capabilities();
                connectToControl().close();
                return;
            } catch (IOException notYet) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the daemon does not listen; its log:\n" + log(), notYet);
                }
            }
            process.waitFor(5, TimeUnit.MILLISECONDS);
        }
    }

    /** A connection of its own for each caller. */
    public VolumeDriverClient connect() throws IOException {
        return new VolumeDriverClient(plan.path("socket"));
    }

    /** A connection to the control API. */
    public ControlClient connectToControl() throws IOException {
        return new ControlClient(plan.path("control"));
    }

    /** Kills the daemon as {@code kill -9} does, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /**
     * Asks the daemon to end, and waits until it has.
     *
     * @return its exit status
     */
    public int stop() {
        process.destroy();
        return awaitEnd();
    }

    /**
     * Waits until the process has ended, for whatever reason.
     *
     * @return its exit status; 128 more than the signal that ended it, if one did
     */
    public int awaitEnd() {
        try {
            return process.onExit()
                    .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .join()
                    .exitValue();
        } catch (CompletionException e) {
            process.destroyForcibly();
            throw new AssertionError("the daemon does not end; its log:\n" + log(), e);
        }
    }

    /** The end of what this daemon, and those before it in the same directory, have told. */
    public String log() {
        try {
            String all = new String(Files.readAllBytes(plan.log()), StandardCharsets.UTF_8);
            return all.substring(Math.max(0, all.length() - LOG_SHOWN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
