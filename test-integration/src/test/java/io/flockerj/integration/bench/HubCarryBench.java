package io.flockerj.integration.bench;

import io.flockerj.integration.s3.S3Lab;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Push and pull through a hub beside push and pull straight to where the hub has its storage: a directory of the same file system, or a bucket
 * of the same store. In each round both, by turns one and the other first; the ratio is that of each round. A pull is by a daemon that has just
 * begun; the hub has carried one before.
 */
final class HubCarryBench implements Bench.Suite {
    private static final int ROUNDS = 5;
    private static final String STRAIGHT = "straight";
    private static final String HUB = "hub";

    private final boolean isBucket;
    private final CarriedData data;

    HubCarryBench(boolean isBucket, CarriedData data) {
        this.isBucket = isBucket;
        this.data = data;
    }

    @Override
    public void run(Path pluginPackage, Path directory, PrintStream out) throws Exception {
        carry(
                CarriedData.prepare(Files.createDirectories(directory.resolve("sources"))),
                pluginPackage,
                directory,
                out);
    }

    /** @param sources what the volume is filled with */
    private void carry(Path sources, Path pluginPackage, Path directory, PrintStream out) throws Exception {
        PackagedHub.Site site = PackagedHub.Site.make(directory.resolve(HUB));
        for (int round = 0; round <= ROUNDS; round++) {
            site.addTeam(team(round));
        }
        try (Storage storage = isBucket ? new Bucket(S3Lab.start()) : new Directory(directory.resolve(STRAIGHT));
                PackagedHub hub = PackagedHub.start(site, storage.options());
                CarryHost from = CarryHost.start(pluginPackage, directory.resolve("from"))) {
            new Measured(hub, storage, from, pluginPackage, directory, out).all(data, sources);
        } finally {
            CarryHost.remove(directory);
        }
    }

    private static String team(int round) {
        return "round-" + round;
    }

    /** Where the hub has its storage, and room beside it. */
    private interface Storage extends AutoCloseable {
        /** For the hub. */
        String[] options();

        /** Adds a remote that is empty, without a hub. */
        void addTo(CarryHost host, String name) throws IOException;

        @Override
        void close();
    }

    private record Directory(Path directory) implements Storage {
        @Override
        public String[] options() {
            return new String[0];
        }

        @Override
        public void addTo(CarryHost host, String name) throws IOException {
            host.add(name, directory.resolve(name));
        }

        @Override
        public void close() {
            // Goes with the benchmark's.
        }
    }

    private record Bucket(S3Lab lab, String name) implements Storage {
        Bucket(S3Lab lab) {
            this(lab, lab.newBucket());
        }

        @Override
        public String[] options() {
            List<String> options = new ArrayList<>(List.of("--storage=s3://" + name + "/hub"));
            lab.options().forEach((key, value) -> options.add("--storage-" + key + "=" + value));
            return options.toArray(String[]::new);
        }

        @Override
        public void addTo(CarryHost host, String remote) throws IOException {
            host.add(remote, "s3://" + name + "/" + remote, lab.options());
        }

        @Override
        public void close() {
            lab.close();
        }
    }

    private record Measured(
            PackagedHub hub, Storage storage, CarryHost from, Path pluginPackage, Path directory, PrintStream out) {
        void all(CarriedData data, Path sources) throws IOException, InterruptedException {
            from.client().create("v", Map.of());
            Path volume = from.client().mount("v", "bench");
            data.fill(sources, Files.createDirectories(volume.resolve("data")));
            Measure.command("sync", "-f", volume.toString());
            from.control().snapshot("v");
            out.printf(
                    "%n%s, %s; the hub with nothing to do %s%n",
                    data.label(), storage.getClass().getSimpleName(), memory());
            Pairs pushes = new Pairs("first push");
            Pairs pulls = new Pairs("first pull");
            Pairs changes = new Pairs("push, " + data.change() + " changed");
            Pairs nothings = new Pairs("push, nothing changed");
            for (int round = 0; round <= ROUNDS; round++) {
                String straight = STRAIGHT + "-" + round;
                String byHub = HUB + "-" + round;
                storage.addTo(from, straight);
                addHub(from, byHub, round);
                Pair names = new Pair(straight, byHub, round);
                pushes.add(names, name -> from.measure(() -> from.push(name)));
                pulls.add(names, name -> pull(name, names.round()));
                data.change(volume.resolve("data"), round);
                Measure.command("sync", "-f", volume.toString());
                from.control().snapshot("v");
                changes.add(names, name -> from.measure(() -> from.push(name)));
                nothings.add(names, name -> from.measure(() -> from.push(name)));
            }
            for (Pairs each : List.of(pushes, pulls, changes, nothings)) {
                each.print(out);
            }
            out.printf(
                    "  the hub after that %s; at most %.0f MiB resident%n",
                    memory(), hub.use().peakMebibytes());
        }

        private String memory() throws IOException, InterruptedException {
            return "%.0f MiB resident, %.0f MiB of heap".formatted(hub.use().residentMebibytes(), hub.heapMebibytes());
        }

        private void addHub(CarryHost host, String name, int round) throws IOException {
            host.add(
                    name,
                    hub.address() + "/" + team(round),
                    Map.of(
                            "token-file", hub.site().token().toString(),
                            "ca-file", hub.site().certificate().toString()));
        }

        private Measure pull(String name, int round) throws IOException, InterruptedException {
            Path here = directory.resolve("fresh-" + name);
            try (CarryHost fresh = CarryHost.start(pluginPackage, here)) {
                if (name.startsWith(HUB)) {
                    addHub(fresh, name, round);
                } else {
                    storage.addTo(fresh, name);
                }
                return fresh.measure(() -> fresh.cloneFrom(name));
            } finally {
                CarryHost.remove(here);
            }
        }
    }

    /** Two remotes for the same. */
    private record Pair(String straight, String hub, int round) {
        boolean isStraightFirst() {
            return round % 2 == 0;
        }
    }

    private interface Work {
        Measure with(String remote) throws IOException, InterruptedException;
    }

    /** What the same took by both ways, in each round; the first is for the compilers. */
    private static final class Pairs {
        private final String title;
        private final List<Measure> straight = new ArrayList<>();
        private final List<Measure> hub = new ArrayList<>();

        Pairs(String title) {
            this.title = title;
        }

        void add(Pair names, Work work) throws IOException, InterruptedException {
            Measure first = work.with(names.isStraightFirst() ? names.straight() : names.hub());
            Measure second = work.with(names.isStraightFirst() ? names.hub() : names.straight());
            if (names.round() > 0) {
                straight.add(names.isStraightFirst() ? first : second);
                hub.add(names.isStraightFirst() ? second : first);
            }
        }

        void print(PrintStream out) {
            double[] ratios = new double[hub.size()];
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = hub.get(i).seconds() / straight.get(i).seconds();
            }
            out.printf(
                    "  %-40s straight %-28s hub %-28s hub : straight %s; processor of the daemon %.1f and %.1f s%n",
                    title,
                    seconds(straight).describe("s"),
                    seconds(hub).describe("s"),
                    new Samples(ratios).describe(""),
                    processor(straight),
                    processor(hub));
        }

        private static Samples seconds(List<Measure> measures) {
            return new Samples(measures.stream().mapToDouble(Measure::seconds).toArray());
        }

        private static double processor(List<Measure> measures) {
            return new Samples(measures.stream().mapToDouble(Measure::processor).toArray()).median();
        }
    }
}
