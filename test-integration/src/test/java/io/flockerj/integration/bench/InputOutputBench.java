package io.flockerj.integration.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * fio and pgbench in a mounted volume, in a directory on the same pool file system, and in a directory on the host's own. Nothing of
 * flockerj's is in the way of data, so the first two should be equal; the third tells what btrfs in a file costs.
 */
final class InputOutputBench implements Bench.Suite {
    private static final int ROUNDS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+) \\(without");

    private static final Map<String, List<String>> JOBS = new LinkedHashMap<>(Map.of(
            "sequential write, MB/s", List.of("--rw=write", "--bs=1M", "--size=512M", "--end_fsync=1"),
            "random write 16k + fsync, /s",
                    List.of("--rw=randwrite", "--bs=16k", "--size=64M", "--fsync=1", "--runtime=5", "--time_based"),
            "random read 16k, /s",
                    List.of(
                            "--rw=randread",
                            "--bs=16k",
                            "--size=512M",
                            "--runtime=5",
                            "--time_based",
                            "--invalidate=1")));

    @Override
    public void run(Path pluginPackage, Path directory, PrintStream out) throws Exception {
        try (PackagedDaemon daemon = PackagedDaemon.launch(pluginPackage, directory.resolve("daemon"))
                        .listening();
                VolumeDriverClient client = daemon.connect()) {
            client.create("v", Map.of());
            Path volume = client.mount("v", "bench");
            Map<String, Path> places = new LinkedHashMap<>();
            places.put("volume", volume);
            places.put("pool", Files.createDirectories(daemon.pool().resolve("bench")));
            places.put("host", Files.createDirectories(directory.resolve("host")));
            out.printf("%-32s %10s %10s %10s %14s %14s%n", "", "volume", "pool", "host", "volume/pool", "volume/host");
            for (Map.Entry<String, List<String>> job : JOBS.entrySet()) {
                row(out, job.getKey(), places, place -> fio(job.getKey(), job.getValue(), place));
            }
            row(out, "pgbench, transactions/s", places, InputOutputBench::pgbench);
            client.unmount("v", "bench");
        }
    }

    /** One measurement in one place. */
    interface Measurement {
        double in(Path place) throws IOException;
    }

    /** Every place in turn, some rounds; the medians. */
    private static void row(PrintStream out, String name, Map<String, Path> places, Measurement measurement)
            throws IOException {
        List<Path> all = List.copyOf(places.values());
        double[][] values = new double[all.size()][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int place = 0; place < all.size(); place++) {
                values[place][round] = measurement.in(all.get(place));
            }
        }
        List<Double> medians = new ArrayList<>();
        for (double[] samples : values) {
            medians.add(new Samples(samples).median());
        }
        out.printf(
                "%-32s %10.0f %10.0f %10.0f %14.2f %14.2f%n",
                name,
                medians.get(0),
                medians.get(1),
                medians.get(2),
                medians.get(0) / medians.get(1),
                medians.get(0) / medians.get(2));
    }

    private static double fio(String name, List<String> options, Path place) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("fio", "--name=bench", "--directory=" + place, "--ioengine=psync", "--output-format=json"));
        command.addAll(options);
        String output = Commands.here()
                .run(PATIENCE, InputStream.nullInputStream(), command.toArray(String[]::new))
                .ok();
        JsonNode job = JSON.readTree(output.substring(output.indexOf('{')))
                .required("jobs")
                .path(0);
        JsonNode side = job.path(name.contains("read") ? "read" : "write");
        Files.deleteIfExists(place.resolve("bench.0.0"));
        return name.endsWith("MB/s")
                ? side.path("bw_bytes").asDouble() / 1e6
                : side.path("iops").asDouble();
    }

    /** Ten seconds of it. */
    private static double pgbench(Path place) throws IOException {
        String output = Pgbench.run(place, "$as $pgbench -T 10 bench");
        Matcher matcher = TPS.matcher(output);
        if (!matcher.find()) {
            throw new IOException("pgbench tells no rate:\n" + output);
        }
        return Double.parseDouble(matcher.group(1));
    }
}
