package io.flockerj.plugin;

import io.flockerj.plugin.control.ControlApi;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.http.Handler;
import io.flockerj.plugin.http.Limits;
import io.flockerj.plugin.http.UnixHttpServer;
import io.flockerj.plugin.http.Workers;
import io.flockerj.plugin.local.EngineView;
import io.flockerj.plugin.pool.HostRoot;
import io.flockerj.plugin.pool.Pool;
import io.flockerj.plugin.pool.PoolHost;
import io.flockerj.plugin.pool.PoolOpener;
import io.flockerj.plugin.remote.PoolRemotes;
import io.flockerj.plugin.shelf.ShelvingPool;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.HistoryExchange;
import io.flockerj.plugin.volume.PoolVolumes;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.plugin.volumedriver.Patience;
import io.flockerj.plugin.volumedriver.VolumeDriver;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon's main program: reads the settings, puts the parts together, and listens before anything is loaded. */
public final class Flockerj {
    private static final int EXIT_USAGE = 2;

    /** {@code EX_TEMPFAIL} of sysexits.h. */
    private static final int EXIT_CUT_OFF = 75;

    private static final Path PROC = Path.of("/proc");
    private static final int BLOCKING_THREADS = 64;
    private static final int BLOCKING_QUEUE = 1024;
    private static final int BACKGROUND_THREADS = 4;
    private static final int BACKGROUND_QUEUE = 256;
    private static final int PACKING_QUEUE = 16;
    private static final int JOB_THREADS = 32;
    private static final int JOB_QUEUE = 1024;

    /** The engine kills a plugin 10 s after it has asked it to end; closing the pool takes a part of that. */
    private static final Duration STOP_WITHIN = Duration.ofSeconds(7);

    /** Of a write to a shared disk, with what a busy host adds to it. */
    private static final Duration TAKING_A_DEVICE = Duration.ofSeconds(2);

    private static final String USAGE = """
            flockerj - the daemon that gives Docker volumes a history

            usage: flockerj [--SETTING=VALUE ...] | --help | --version

            Each setting can also be given in the environment; an argument comes first.

            """;

    private final Settings settings;
    private final Logger log = LoggerFactory.getLogger(Flockerj.class);

    private Flockerj(Settings settings) {
        this.settings = settings;
    }

    public static void main(String[] args) throws IOException {
        List<String> arguments = List.of(args);
        if (arguments.contains("--help")) {
            System.out.print(USAGE + SettingsParser.help());
        } else if (arguments.contains("--version")) {
            System.out.println("flockerj " + version());
        } else {
            start(arguments, System.getenv(), System.err);
        }
    }

    private static void start(List<String> arguments, Map<String, String> environment, PrintStream errors)
            throws IOException {
        try {
            Settings settings = SettingsParser.parse(arguments, environment);
            // Read by the logging library when its first logger is made, which is not before this.
            System.setProperty(
                    "org.slf4j.simpleLogger.defaultLogLevel",
                    settings.logLevel().name().toLowerCase(Locale.ROOT));
            if (new CutOffStart(settings, PROC, Clock.systemUTC()).isToEnd()) {
                System.exit(EXIT_CUT_OFF);
            }
            new Flockerj(settings).serve();
        } catch (SettingsParser.BadSettingsException e) {
            errors.println("flockerj cannot start:\n" + e.getMessage());
            System.exit(EXIT_USAGE);
        }
    }

    /** Begins to serve, which goes on until the process is asked to end. */
    private void serve() throws IOException {
        Clock clock = Clock.systemUTC();
        Supplier<RandomId> ids = RandomId.source(new SecureRandom());
        ExecutorService background = new DaemonThreads("background-", BACKGROUND_THREADS, BACKGROUND_QUEUE);
        ExecutorService packing =
                new DaemonThreads("packing-", Runtime.getRuntime().availableProcessors(), PACKING_QUEUE);
        PoolGate gate = new PoolGate(new Opening(clock, ids, background, packing));
        Workers workers = Workers.start(BLOCKING_THREADS, BLOCKING_QUEUE);
        List<UnixHttpServer> servers = new ArrayList<>();
        ExecutorService jobs = new JobThreads("job-", JOB_THREADS, JOB_QUEUE);
        ExecutorService transfers = new JobThreads("transfer-", JOB_THREADS, JOB_QUEUE);
        ControlApi control = new ControlApi(
                gate, version(), settings.shown(), clock, () -> ids.get().hex(), jobs, transfers);
        servers.add(listen(settings.socket(), workers, new VolumeDriver(gate, Patience.DEFAULT, control.errands())));
        log.atInfo()
                .addKeyValue("version", version())
                .addKeyValue("socket", settings.socket())
                .log("Listening");
        gate.start();
        Thread.ofVirtual().name("resume").start(control::resumeJobs);
        listenForControl(workers, control).ifPresent(servers::add);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            stop(
                    servers,
                    control,
                    List.of(
                            workers::close,
                            jobs::shutdownNow,
                            transfers::shutdownNow,
                            packing::shutdownNow,
                            background::shutdownNow),
                    gate);
        }));
    }

    private static UnixHttpServer listen(Path socket, Workers workers, Handler handler) throws IOException {
        return UnixHttpServer.start(
                socket, PosixFilePermissions.fromString("rw-------"), Limits.DEFAULT, workers, handler);
    }

    /** Volumes are served without the control API if need be: a container's data does not depend on it. */
    private Optional<UnixHttpServer> listenForControl(Workers workers, ControlApi control) {
        try {
            Path socket = new HostRoot(settings.hostRoot()).resolve(settings.control());
            return Optional.of(listen(socket, workers, control));
        } catch (IOException e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("socket", settings.control())
                    .log("The control API is not served; give this daemon a control socket of its own");
            return Optional.empty();
        }
    }

    private void stop(List<UnixHttpServer> servers, ControlApi control, List<Runnable> threads, PoolGate gate) {
        try {
            gate.turnAway();
            control.cancelJobs();
            long deadline = System.nanoTime() + STOP_WITHIN.toNanos();
            for (UnixHttpServer server : servers) {
                server.stop(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            }
            if (!control.awaitJobs(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                log.atWarn().log("A job is cut off; the next start puts right what it leaves");
            }
            threads.forEach(Runnable::run);
            gate.close();
            log.atInfo().log("Stopped; volumes that were mounted stay so");
        } catch (IOException e) {
            log.atWarn().setCause(e).log("Not everything could be put away; the next start will do it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opens this daemon's pool and loads its volumes. */
    private final class Opening implements PoolGate.Opener {
        private static final Path SYS = Path.of("/sys");

        private final Clock clock;
        private final Supplier<RandomId> ids;
        private final ExecutorService background;
        private final Executor workers;

        Opening(Clock clock, Supplier<RandomId> ids, ExecutorService background, Executor workers) {
            this.clock = clock;
            this.ids = ids;
            this.background = background;
            this.workers = workers;
        }

        @Override
        public PoolOpener take() throws IOException {
            HostRoot root = new HostRoot(settings.hostRoot());
            root.requireMounted();
            PoolHost here = new PoolHost(
                    root,
                    settings.state(),
                    Files.createDirectories(settings.run()).toRealPath().resolve("pool"),
                    PROC,
                    SYS,
                    new SystemCommands(),
                    settings.quotas(),
                    settings.takeOver(),
                    TAKING_A_DEVICE,
                    ids);
            return PoolOpener.take(here, settings.pool());
        }

        private Remotes remotes(HistoryExchange exchange) throws IOException {
            HostRoot root = new HostRoot(settings.hostRoot());
            return PoolRemotes.load(
                    exchange,
                    RecordFiles.durable(),
                    new PoolRemotes.Setting(
                            root::resolve,
                            clock,
                            ids,
                            workers,
                            Thread::sleep, // tidy: between attempts to reach a remote
                            new SecureRandom(),
                            hostName(),
                            EngineView.of(PROC, settings.hostRoot().getNameCount() > 0),
                            settings.state().resolve("hub-tokens")));
        }

        private static String hostName() {
            try {
                return Files.readString(PROC.resolve("sys/kernel/hostname")).strip();
            } catch (IOException e) {
                return "a host without a name";
            }
        }

        @Override
        public PoolVolumes load(Pool pool) throws IOException {
            Files.createDirectories(settings.mounts());
            return PoolVolumes.load(
                    ShelvingPool.over(pool, new ShelvingPool.Setting(PROC, ids, clock, workers)),
                    new PoolVolumes.Setting(
                            settings.mounts(), PROC, settings.keepRemoved(), clock, ids, background, this::remotes));
        }
    }

    private static String version() {
        String version = Flockerj.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
