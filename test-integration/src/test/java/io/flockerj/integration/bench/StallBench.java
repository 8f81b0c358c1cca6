package io.flockerj.integration.bench;

import com.google.common.util.concurrent.Uninterruptibles;
import io.flockerj.integration.ControlClient;
import io.flockerj.integration.VolumeDriverClient;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot every second does to the transactions of a PostgreSQL in the volume: {@link Pgbench}, in turn without and with
 * them.
 */
final class StallBench implements Bench.Suite {
    private static final int ROUNDS = 3;
    private static final int SECONDS = 20;

    /** In a line that pgbench logs of a transaction, the microseconds it took (pgbench(1)). */
    private static final int LATENCY_FIELD = 2;

    @Override
    public void run(Path pluginPackage, Path directory, PrintStream out) throws Exception {
        try (PackagedDaemon daemon = PackagedDaemon.launch(pluginPackage, directory.resolve("daemon"))
                        .listening();
                VolumeDriverClient client = daemon.connect();
                ControlClient control = daemon.connectToControl()) {
            client.create("db", Map.of());
            Path volume = client.mount("db", "bench");
            Path logs = Files.createDirectories(directory.resolve("logs"));
            Map<String, List<Samples>> measured = new LinkedHashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                measured.computeIfAbsent("without", key -> new ArrayList<>())
                        .add(transactions(volume, Files.createDirectory(logs.resolve("without" + round))));
                try (EverySecond snapshots = new EverySecond(control)) {
                    measured.computeIfAbsent("with", key -> new ArrayList<>())
                            .add(transactions(volume, Files.createDirectory(logs.resolve("with" + round))));
                    out.printf("%d snapshots, while the database was made too%n", snapshots.taken());
                }
            }
            report(out, measured);
            client.unmount("db", "bench");
        }
    }

    /** Takes a snapshot every second until it is closed. */
    private static final class EverySecond implements AutoCloseable {
        private final CountDownLatch end = new CountDownLatch(1);
        private final AtomicInteger taken = new AtomicInteger();
        private final FutureTask<@Nullable Void> work;

        EverySecond(ControlClient control) {
            this.work = new FutureTask<>(() -> take(control));
            Thread.startVirtualThread(work);
        }

        private @Nullable Void take(ControlClient control) throws IOException, InterruptedException {
            while (!end.await(1, TimeUnit.SECONDS)) {
                control.snapshot("db");
                taken.incrementAndGet();
            }
            return null;
        }

        int taken() {
            return taken.get();
        }

        @Override
        public void close() throws ExecutionException {
            end.countDown();
            Uninterruptibles.getUninterruptibly(work);
        }
    }

    private static void report(PrintStream out, Map<String, List<Samples>> measured) {
        Map<String, double[]> medians = new LinkedHashMap<>();
        measured.forEach((name, rounds) -> medians.put(name, new double[] {
            median(rounds, 0.5), median(rounds, 0.99), median(rounds, 0.999), median(rounds, 1),
        }));
        medians.forEach((name, values) -> out.printf(
                "%-8s snapshots: a transaction's p50 %.2f ms, p99 %.2f, p99.9 %.2f, longest %.1f%n",
                name, values[0], values[1], values[2], values[3]));
        double[] without = Objects.requireNonNull(medians.get("without"));
        double[] with = Objects.requireNonNull(medians.get("with"));
        out.printf(
                "with : without  p50 %.2f, p99 %.2f, p99.9 %.2f%n",
                with[0] / without[0], with[1] / without[1], with[2] / without[2]);
    }

    private static double median(List<Samples> rounds, double quantile) {
        return new Samples(rounds.stream()
                        .mapToDouble(samples -> samples.quantile(quantile))
                        .toArray())
                .median();
    }

    /** Milliseconds of each transaction. */
    private static Samples transactions(Path place, Path logs) throws IOException {
        Pgbench.run(
                place,
                "$as $psql -c checkpoint bench; cd %s; $pgbench -U postgres -T %d -l bench".formatted(logs, SECONDS));
        try (var files = Files.list(logs)) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.toList()) {
                lines.addAll(Files.readAllLines(file));
            }
            return new Samples(lines.stream()
                    .mapToDouble(line -> Double.parseDouble(line.split(" ", -1)[LATENCY_FIELD]) / 1e3)
                    .toArray());
        }
    }
}
