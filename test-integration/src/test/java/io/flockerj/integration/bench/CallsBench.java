package io.flockerj.integration.bench;

import io.flockerj.integration.VolumeDriverClient;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How long each call takes, for one caller and for fifty, with ten and with ten thousand volumes. The peer is Capabilities, which
 * does nothing: the ratio is what the call itself costs.
 */
final class CallsBench implements Bench.Suite {
    private static final int FEW = 10;
    private static final int MANY = 10_000;
    private static final int[] CALLERS = {1, 50};
    private static final int QUESTIONS = 4000;
    private static final int CHANGES = 500;
    private static final int LISTS = 200;

    /** A call; {@code n} is different each time. */
    interface Call {
        void run(VolumeDriverClient client, int n) throws IOException;
    }

    @Override
    public void run(Path pluginPackage, Path directory, PrintStream out) throws Exception {
        try (PackagedDaemon daemon =
                PackagedDaemon.launch(pluginPackage, directory).listening()) {
            measure(daemon, 50, QUESTIONS, (client, n) -> client.capabilities());
            create(daemon, 0, FEW);
            table(daemon, FEW, out);
            create(daemon, FEW, MANY);
            table(daemon, MANY, out);
            out.printf("resident with %d volumes %.1f MiB%n", MANY, daemon.use().residentMebibytes());
        }
        long begin = System.nanoTime();
        try (PackagedDaemon daemon =
                        PackagedDaemon.launch(pluginPackage, directory).listening();
                VolumeDriverClient client = daemon.connect()) {
            client.get("v0");
            out.printf("exec to the first Get with %d volumes %.0f ms%n", MANY, (System.nanoTime() - begin) / 1e6);
        }
    }

    private static void create(PackagedDaemon daemon, int from, int to) throws Exception {
        measure(daemon, 50, to - from, (client, n) -> client.create("v" + (from + n), Map.of()));
    }

    private static void table(PackagedDaemon daemon, int volumes, PrintStream out) throws Exception {
        for (int callers : CALLERS) {
            out.printf("%n%d volumes, %d at once        p50 ms    p99 ms   p50 / Capabilities%n", volumes, callers);
            double base = 0;
            for (Map.Entry<String, Call> call : calls(volumes).entrySet()) {
                int count = switch (call.getKey()) {
                    case "List" -> LISTS;
                    case "Capabilities", "Get" -> QUESTIONS;
                    default -> CHANGES;
                };
                Samples samples = measure(daemon, callers, count, call.getValue());
                base = call.getKey().equals("Capabilities") ? samples.median() : base;
                out.printf(
                        "  %-24s %9.2f %9.2f %9.1f%n",
                        call.getKey(), samples.median(), samples.quantile(0.99), samples.median() / base);
            }
        }
    }

    /** In this order: what is created is mounted, unmounted and removed again. */
    private static Map<String, Call> calls(int volumes) {
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("Capabilities", (client, n) -> client.capabilities());
        calls.put("Get", (client, n) -> client.get("v" + n % volumes));
        calls.put("List", (client, n) -> client.list());
        calls.put("Create", (client, n) -> client.create("new" + n, Map.of()));
        calls.put("Mount", (client, n) -> client.mount("new" + n, "id"));
        calls.put("Unmount", (client, n) -> client.unmount("new" + n, "id"));
        calls.put("Remove", (client, n) -> client.remove("new" + n));
        return calls;
    }

    /** Milliseconds of each of {@code count} calls, shared among callers with a connection each. */
    private static Samples measure(PackagedDaemon daemon, int callers, int count, Call call) throws Exception {
        double[] times = new double[count];
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < callers; caller++) {
                int first = caller;
                running.add(threads.submit(() -> {
                    try (VolumeDriverClient client = daemon.connect()) {
                        for (int n = first; n < count; n += callers) {
                            long begin = System.nanoTime();
                            call.run(client, n);
                            times[n] = (System.nanoTime() - begin) / 1e6;
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        return new Samples(Arrays.copyOf(times, count));
    }
}
