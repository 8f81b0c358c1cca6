package io.flockerj.integration.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.ControlClient;
import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.fault.HostView;
import io.flockerj.integration.fault.OwnMounts;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Engines and people at work on the same volumes at once, with the daemon killed or restarted in between: no order of what they do
 * leads to a volume that is lost, or holds what is another's.
 */
@Tag("root")
@Tag("restarts")
@ExtendWith(OwnMounts.class)
class RivalsTest {
    private static final boolean SOAK = Boolean.getBoolean("flockerj.soak");
    private static final long SEED = Long.getLong("flockerj.seed", 20_261_122);
    private static final int ROUNDS = SOAK ? 100 : 4;
    private static final int CALLERS = 4;
    private static final int ACTS = 60;
    /** What could not be destroyed at once is tried again once a minute, and the kernel may be slow. */
    private static final Duration CLEANED_UP = Duration.ofMinutes(4);

    @TempDir
    Path directory;

    private final Ledger ledger = new Ledger();

    @Test
    void noOrderOfWhatEnginesAndPeopleDoLosesOrMixesVolumes() throws Exception {
        System.out.printf("callers at work with the seed %d%n", SEED);
        Random random = new Random(SEED);
        DaemonProcess.Plan plan = DaemonProcess.Plan.in(directory).with("pool", "file");
        BoundContainers engine = new BoundContainers(Files.createDirectory(directory.resolve("containers")), ledger);
        DaemonProcess daemon = plan.start();
        try {
            for (int round = 1; round <= ROUNDS; round++) {
                try (Crowd crowd = new Crowd(callers(plan, engine, random), ACTS)) {
                    crowd.awaitActs(random.nextInt(CALLERS * ACTS));
                    daemon = startedAgain(daemon, round % 2 == 0);
                    crowd.awaitEnd();
                }
                PoolContent found = requireOrder(daemon, "round %d, seed %d".formatted(round, SEED));
                ledger.begin(found);
                if (round % 2 == 0) {
                    emptyTrash(daemon, found);
                    requireOrder(daemon, "round %d, its trash emptied, seed %d".formatted(round, SEED));
                }
            }
        } finally {
            daemon.close();
        }
        System.out.println(ledger.summary());
    }

    private List<Caller> callers(DaemonProcess.Plan plan, Containers engine, Random random) {
        Map<String, Lock> writers = new TreeMap<>();
        List.of("one", "two", "three").forEach(name -> writers.put(name, new ReentrantLock()));
        return IntStream.range(0, CALLERS)
                .mapToObj(n -> new Caller(
                        ledger,
                        engine,
                        new Line(ledger, () -> plan.path("socket"), plan.path("control")),
                        new Random(random.nextLong()),
                        writers))
                .toList();
    }

    private DaemonProcess startedAgain(DaemonProcess daemon, boolean inOrder) throws IOException, InterruptedException {
        if (inOrder) {
            daemon.stop();
        } else {
            daemon.kill();
        }
        ledger.daemonEnded();
        return daemon.plan().start();
    }

    private PoolContent requireOrder(DaemonProcess daemon, String when) throws IOException {
        HostView view = HostView.of(daemon);
        AtomicReference<List<String>> left = new AtomicReference<>(List.of());
        try {
            Eventually.await("an end of cleaning up, " + when, CLEANED_UP, () -> isInOrder(daemon, view, left));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; still there: " + left.get(), e);
        }
        PoolContent found = PoolContent.in(daemon.plan().path("run").resolve("pool"));
        assertThat(ledger.wrong(found))
                .as("%s; the log:%n%s", when, daemon.log())
                .isEmpty();
        return found;
    }

    /** What a container writes where no volume is mounted is lost to the volume. */
    private static List<String> besideVolumes(DaemonProcess daemon) throws IOException {
        Path mounts = daemon.plan().path("mounts");
        Set<Path> mounted = Files.readAllLines(
                        Path.of("/proc/" + daemon.process().pid() + "/mountinfo"))
                .stream()
                .map(line -> Path.of(line.split(" ", 6)[4]))
                .collect(Collectors.toSet());
        try (Stream<Path> places = Files.walk(mounts, 2)) {
            return places.filter(place -> mounted.stream().noneMatch(point -> point.startsWith(place)))
                    .filter(place -> !place.equals(mounts))
                    .map(place -> "beside the volumes: " + place)
                    .toList();
        }
    }

    private static boolean isInOrder(DaemonProcess daemon, HostView view, AtomicReference<List<String>> left) {
        try {
            List<String> found = new ArrayList<>(view.disorder());
            found.addAll(besideVolumes(daemon));
            left.set(found);
            return left.get().isEmpty();
        } catch (IOException | UncheckedIOException vanished) {
            return false;
        }
    }

    private void emptyTrash(DaemonProcess daemon, PoolContent before) throws IOException {
        try (ControlClient control = daemon.connectToControl()) {
            assertThat(control.ask("DELETE", "/v1/trash").required("left").asInt())
                    .isZero();
        }
        ledger.emptied(before);
    }
}
