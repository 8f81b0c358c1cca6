package io.flockerj.integration.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.integration.s3.S3Lab;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Push and pull between two packaged daemons and a directory, against restic, borg, {@code tar | zstd}, {@code btrfs send | zstd} and
 * rsync on the same files, in one run: everything, nothing changed, a little changed, with everything in memory and with nothing, a
 * hundred snapshots deep; to a bucket against restic alone, with the requests that each makes.
 */
final class CarryBench implements Bench.Suite {
    private static final int ROUNDS = 3;
    private static final int DEEP = 10;
    private static final int DEEPEST = 100;
    private static final String REMOTE = "remote";

    private final Part part;

    /** What is carried, and where to. */
    enum Part {
        TREE,
        MIXED,
        BUCKET
    }

    CarryBench(Part part) {
        this.part = part;
    }

    @Override
    public void run(Path pluginPackage, Path directory, PrintStream out) throws Exception {
        Path sources = CarriedData.prepare(Files.createDirectories(directory.resolve("sources")));
        switch (part) {
            case TREE -> toDirectory(CarriedData.TREE, sources, pluginPackage, directory, out);
            case MIXED -> toDirectory(CarriedData.MIXED, sources, pluginPackage, directory, out);
            case BUCKET -> toBucket(sources, pluginPackage, directory, out);
        }
        CarryHost.remove(directory);
    }

    private static void toDirectory(CarriedData data, Path sources, Path pluginPackage, Path directory, PrintStream out)
            throws IOException, InterruptedException {
        try (CarryHost from = CarryHost.start(pluginPackage, directory.resolve("from"));
                CarryHost to = CarryHost.start(pluginPackage, directory.resolve("to"))) {
            Measured measured = new Measured(data, from, to, directory, out);
            measured.fill(sources);
            measured.everything(pluginPackage);
            measured.nothing();
            measured.little(pluginPackage);
        }
    }

    private static void toBucket(Path sources, Path pluginPackage, Path directory, PrintStream out)
            throws IOException, InterruptedException {
        try (CarryHost from = CarryHost.start(pluginPackage, directory.resolve("from"));
                S3Lab lab = S3Lab.start()) {
            Measured measured = new Measured(CarriedData.TREE, from, from, directory, out);
            measured.fill(sources);
            measured.bucket(pluginPackage, lab);
        }
    }

    /** One set of files, in a volume, and where each program puts it. */
    private static final class Measured {
        private final CarriedData data;
        private final CarryHost from;
        private final CarryHost to;
        private final Path directory;
        private final PrintStream out;
        private final Path volume;
        private final Path source;
        private final List<Peer> peers;
        private int made;

        Measured(CarriedData data, CarryHost from, CarryHost to, Path directory, PrintStream out) throws IOException {
            this.data = data;
            this.from = from;
            this.to = to;
            this.directory = directory;
            this.out = out;
            from.client().create("v", Map.of());
            this.volume = from.client().mount("v", "bench");
            this.source = Files.createDirectories(volume.resolve("data"));
            this.peers = Peer.all(source, from.daemon().pool(), Files.createDirectories(directory.resolve("peers")));
        }

        void fill(Path sources) throws IOException {
            data.fill(sources, source);
            Measure.command("sync", "-f", volume.toString());
            from.control().snapshot("v");
        }

        /** The first push, and the first pull. */
        void everything(Path pluginPackage) throws IOException, InterruptedException {
            Table push = new Table(data + ", first push");
            Table pull = new Table(data + ", first pull");
            for (int round = 0; round < data.firstRounds(); round++) {
                Path remote = directory.resolve(REMOTE + round);
                from.add(REMOTE + round, remote);
                String name = REMOTE + round;
                push.add("flockerj", from.measure(() -> push(name)), Measure.megabytes(remote));
                // A host that knows nothing of it; its daemon has just begun.
                try (CarryHost fresh = CarryHost.start(pluginPackage, directory.resolve("fresh" + round))) {
                    fresh.add(name, remote);
                    brought(pull, fresh, () -> fresh.cloneFrom(name));
                }
                CarryHost.remove(directory.resolve("fresh" + round));
                for (Peer peer : peers) {
                    peer.reset();
                    push.add(peer.name(), peer.save(), peer.megabytes());
                    pull.add(peer.name(), peer.restore(), 0);
                }
                if (round > 0) {
                    from.control().ask("DELETE", "/v1/remotes/" + name);
                    Measure.command("rm", "-rf", remote.toString());
                }
            }
            push.print(out, "flockerj");
            pull.print(out, "flockerj");
            everythingCold();
        }

        /** The first push of what is not in memory; in a place of its own. */
        private void everythingCold() throws IOException {
            Table cold = new Table(data + ", first push, nothing in memory");
            String name = "cold";
            from.add(name, directory.resolve(name));
            Measure.dropCaches();
            cold.add("flockerj", from.measure(() -> push(name)), Measure.megabytes(directory.resolve(name)));
            from.control().ask("DELETE", "/v1/remotes/" + name);
            Measure.command("rm", "-rf", directory.resolve(name).toString());
            for (Peer peer : peers) {
                peer.reset();
                Measure.dropCaches();
                cold.add(peer.name(), peer.save(), peer.megabytes());
            }
            cold.print(out, "flockerj");
        }

        /** Nothing has changed since. */
        void nothing() throws IOException {
            Table warm = new Table(data + ", nothing changed");
            Table cold = new Table(data + ", nothing changed, nothing in memory");
            for (int round = 0; round < ROUNDS; round++) {
                again(warm, () -> {});
                again(cold, Measure::dropCaches);
            }
            warm.print(out, "flockerj");
            cold.print(out, "flockerj");
        }

        private void again(Table table, Runnable before) throws IOException {
            before.run();
            table.add("flockerj", from.measure(() -> push(REMOTE + 0)), 0);
            for (Peer peer : peers) {
                if (peer.isIncremental()) {
                    before.run();
                    long stored = peer.bytes();
                    Measure measure = peer.save();
                    table.add(peer.name(), measure, (peer.bytes() - stored) / 1e6);
                }
            }
        }

        /** A little changes, again and again; the other host follows. */
        void little(Path pluginPackage) throws IOException, InterruptedException {
            to.add(REMOTE + 0, directory.resolve(REMOTE + 0));
            to.cloneFrom(REMOTE + 0);
            Table first = new Table(data + ", " + data.change() + " changed, with few snapshots");
            Table cold = new Table(data + ", the same, nothing in memory");
            Table deep = new Table(data + ", the same, " + DEEP + " snapshots deep");
            Table deepest = new Table(
                    data + ", the same, " + DEEPEST + " snapshots deep (of restic's as many, of the others' fewer)");
            Table pulled = new Table(data + ", the same pulled where the one before is");
            for (int round = 0; round < ROUNDS; round++) {
                change(first, pulled, peers, () -> {});
                change(cold, pulled, peers, Measure::dropCaches);
            }
            for (Peer peer : peers) {
                pulled.add(peer.name() + ", all of it", peer.restore(), 0);
            }
            Table between = new Table("");
            List<Peer> restic =
                    peers.stream().filter(peer -> peer.name().equals("restic")).toList();
            for (Table table : List.of(deep, deepest)) {
                while (made < (table == deep ? DEEP : DEEPEST)) {
                    change(between, between, restic, () -> {});
                }
                for (int round = 0; round < ROUNDS; round++) {
                    change(table, pulled, peers, () -> {});
                }
            }
            Table fresh = new Table(data + ", pulled where nothing is, " + DEEPEST + " snapshots deep");
            try (CarryHost newcomer = CarryHost.start(pluginPackage, directory.resolve("newcomer"))) {
                newcomer.add(REMOTE + 0, directory.resolve(REMOTE + 0));
                brought(fresh, newcomer, () -> newcomer.cloneFrom(REMOTE + 0));
            }
            for (Peer peer : restic) {
                fresh.add(peer.name(), peer.restore(), 0);
            }
            for (Table table : List.of(first, cold, deep, deepest, pulled, fresh)) {
                table.print(out, "flockerj");
            }
        }

        /** Everything, nothing, a little, and everything back, with a bucket. */
        void bucket(Path pluginPackage, S3Lab lab) throws IOException, InterruptedException {
            String ours = lab.newBucket();
            from.add(REMOTE, "s3://" + ours, lab.options());
            String theirs = lab.newBucket();
            Peer restic = Peer.resticTo(
                    lab.endpoint() + "/" + theirs, source, from.daemon().pool(), directory, S3Lab.KEY, S3Lab.SECRET);
            restic.reset();
            Counted counted = new Counted(lab, ours, theirs, out);
            counted.step("first push", () -> from.measure(() -> push(REMOTE)), restic::save);
            counted.step("nothing changed", () -> from.measure(() -> push(REMOTE)), restic::save);
            for (int round = 0; round < ROUNDS; round++) {
                data.change(source, made++);
                Measure.command("sync", "-f", volume.toString());
                counted.step(data.change() + " changed", () -> from.measure(() -> push(REMOTE)), restic::save);
            }
            try (CarryHost fresh = CarryHost.start(pluginPackage, directory.resolve("fresh"))) {
                fresh.add(REMOTE, "s3://" + ours, lab.options());
                counted.step("first pull", () -> fresh.measure(() -> fresh.cloneFrom(REMOTE)), restic::restore);
            }
        }

        private void change(Table push, Table pull, List<Peer> against, Runnable before) throws IOException {
            long changed = data.change(source, made++);
            Measure.command("sync", "-f", volume.toString());
            push.changed(changed);
            before.run();
            long[] sent = new long[1];
            Measure ours = from.measure(() -> {
                JsonNode answer = push(REMOTE + 0);
                sent[0] = answer.required("bytesSent").asLong();
            });
            push.add("flockerj", ours, sent[0] / 1e6);
            for (Peer peer : against) {
                if (peer.isIncremental()) {
                    before.run();
                    long stored = peer.bytes();
                    Measure measure = peer.save();
                    push.add(peer.name(), measure, (peer.bytes() - stored) / 1e6);
                }
            }
            brought(pull, to, () -> to.pull(REMOTE + 0));
        }

        /** With how much came from the remote; of the others that is not known. */
        private static void brought(Table table, CarryHost host, Supplier<JsonNode> work) throws IOException {
            JsonNode[] answer = new JsonNode[1];
            Measure measure = host.measure(() -> answer[0] = work.get());
            table.add("flockerj", measure, answer[0].required("bytesReceived").asLong() / 1e6);
        }

        private JsonNode push(String remote) {
            return from.push(remote);
        }
    }

    /** What both take for the same, with the requests that they make. */
    private record Counted(S3Lab lab, String ours, String theirs, PrintStream out) {
        interface Step {
            Measure run() throws IOException;
        }

        void step(String title, Step flockerj, Step restic) throws IOException {
            out.printf("%n%s, with a bucket%n", title);
            Measure first = run("flockerj", ours, flockerj);
            Measure second = run("restic", theirs, restic);
            out.printf("  ours is %.3f of it%n", first.seconds() / second.seconds());
        }

        private Measure run(String program, String bucket, Step step) throws IOException {
            long stored = lab.bytes(bucket);
            Map<String, Integer> before = lab.requests();
            Measure measure = step.run();
            Map<String, Integer> requests = new TreeMap<>(lab.requests());
            stored = lab.bytes(bucket) - stored;
            before.forEach((method, count) -> requests.merge(method, -count, Integer::sum));
            requests.values().removeIf(count -> count == 0);
            out.printf(
                    "  %-10s %6.2f s  processor %6.2f s  peak %4.0f MiB  stored %8.2f MB  requests %s%n",
                    program, measure.seconds(), measure.processor(), measure.mebibytes(), stored / 1e6, requests);
            return measure;
        }
    }

    /** Rows of a table: a program, what it took in each round, and how much it stored or sent. */
    private static final class Table {
        private final String title;
        private final Map<String, List<Measure>> measures = new LinkedHashMap<>();
        private final Map<String, List<Double>> megabytes = new HashMap<>();
        private final List<Long> changed = new ArrayList<>();

        Table(String title) {
            this.title = title;
        }

        void add(String program, Measure measure, double size) {
            measures.computeIfAbsent(program, key -> new ArrayList<>()).add(measure);
            megabytes.computeIfAbsent(program, key -> new ArrayList<>()).add(size);
        }

        void changed(long bytes) {
            changed.add(bytes);
        }

        void print(PrintStream out, String ours) {
            out.printf("%n%s%n", title);
            if (!changed.isEmpty()) {
                out.printf("  changed: %.2f MB%n", changed.getLast() / 1e6);
            }
            double reference = median(ours);
            measures.forEach((program, rounds) -> {
                Samples time = new Samples(
                        rounds.stream().mapToDouble(Measure::seconds).toArray());
                Samples processor = new Samples(
                        rounds.stream().mapToDouble(Measure::processor).toArray());
                Samples memory = new Samples(
                        rounds.stream().mapToDouble(Measure::mebibytes).toArray());
                Samples size = new Samples(Objects.requireNonNull(megabytes.get(program)).stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray());
                out.printf(
                        "  %-22s %-30s ours is %6.3f of it  processor %6.2f s  peak %4.0f MiB  %9.2f MB%n",
                        program,
                        time.describe("s"),
                        reference / time.median(),
                        processor.median(),
                        memory.quantile(1),
                        size.median());
            });
        }

        private double median(String program) {
            return new Samples(Objects.requireNonNull(measures.get(program)).stream()
                            .mapToDouble(Measure::seconds)
                            .toArray())
                    .median();
        }
    }
}
