package io.flockerj.integration.bench;

import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.TreeSpec;
import io.flockerj.plugin.storage.btrfs.AccountingBtrfsDriver;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Snapshot, clone and the question what changed, by the driver in a daemon's pool, against what else makes a copy there: the bare ioctl,
 * the btrfs program, {@code cp} with and without sharing of blocks, {@code rsync}. Of a tree of 10 files and one of 84,000, as many as a
 * Linux source tree has; on a quiet pool, and while a program writes and syncs in the tree.
 */
final class SnapshotBench implements Bench.Suite {
    private static final int ROUNDS = 21;
    private static final int ROUNDS_OF_COPIES = 3;
    private static final int CHANGED = 150;
    private static final int LARGEST_FILE = 8192;
    private static final int FILES_IN_DIRECTORY = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Supplier<RandomId> ids = RandomId.source(new SecureRandom());

    /** One way to do it. */
    private interface Way {
        void run() throws IOException;
    }

    @Override
    public void run(Path pluginPackage, Path directory, PrintStream out) throws Exception {
        try (PackagedDaemon daemon = PackagedDaemon.launch(pluginPackage, directory.resolve("daemon"))
                        .listening();
                VolumeDriverClient client = daemon.connect()) {
            // Waits for the pool.
            client.create("v", Map.of());
            Path trees = Files.createDirectories(daemon.pool().resolve("bench"));
            for (int files : List.of(10, 84_000)) {
                new Trees(trees, files).measure(out);
            }
        }
    }

    /** A tree of so many files, and the copies of it. */
    private final class Trees {
        private final AccountingBtrfsDriver driver;
        private final Path directory;
        private final int files;
        private final TreeId tree = newTree();
        private final TreeId snapshot = newTree();
        private final List<TreeId> kept = new ArrayList<>(List.of(tree, snapshot));

        Trees(Path directory, int files) {
            this.driver = new AccountingBtrfsDriver(directory);
            this.directory = directory;
            this.files = files;
        }

        void measure(PrintStream out) throws IOException {
            SpaceAccount account = SpaceAccount.of(tree.id());
            driver.create(tree, new TreeSpec(account, Optional.empty(), Optional.empty(), true, 0, 0, 0755));
            fill();
            driver.snapshot(tree, snapshot);
            command("sync", "-f", directory.toString());
            report(out, "quiet");
            Process load = new ProcessBuilder(
                            "fio",
                            "--name=load",
                            "--directory=" + driver.path(tree),
                            "--ioengine=psync",
                            "--rw=randwrite",
                            "--bs=16k",
                            "--size=64M",
                            "--fsync=1",
                            "--runtime=600",
                            "--time_based")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                report(out, "under load");
            } finally {
                load.destroy();
                load.onExit().join();
            }
            changes(out);
        }

        private void fill() throws IOException {
            Random random = new Random(files);
            Path into = driver.path(tree);
            for (int i = 0; i < files; i++) {
                if (i % FILES_IN_DIRECTORY == 0) {
                    into = Files.createDirectories(driver.path(tree).resolve("d" + i / 1000 + "/d" + i));
                }
                byte[] content = new byte[random.nextInt(LARGEST_FILE)];
                random.nextBytes(content);
                Files.write(into.resolve("f" + i), content);
            }
        }

        private void report(PrintStream out, String circumstances) throws IOException {
            Map<String, Way> ways = new LinkedHashMap<>();
            String source = driver.path(tree).toString();
            ways.put("bare ioctl", this::bareSnapshot);
            ways.put("snapshot", () -> driver.snapshot(tree, newTree()));
            ways.put("clone", this::cloneSnapshot);
            ways.put(
                    "btrfs subvolume snapshot",
                    () -> command("btrfs", "-q", "subvolume", "snapshot", "-r", source, copy()));
            Map<String, Samples> fast = inTurn(ways, ROUNDS);
            Map<String, Way> copying = new LinkedHashMap<>();
            copying.put("cp -a --reflink", () -> command("cp", "-a", "--reflink=always", source, copy()));
            copying.put("cp -a", () -> command("cp", "-a", "--reflink=never", source, copy()));
            fast.putAll(inTurn(copying, ROUNDS_OF_COPIES));
            double bare = Objects.requireNonNull(fast.get("bare ioctl")).median();
            fast.forEach((name, samples) -> out.printf(
                    "%6d files, %-10s  %-26s %8.1f times the ioctl   %s%n",
                    files, circumstances, name, samples.median() / bare, samples.describe("ms")));
        }

        private void bareSnapshot() throws IOException {
            try (FileHandle root = FileHandle.openDirectory(driver.path(tree));
                    FileHandle parent = FileHandle.openDirectory(directory)) {
                Btrfs.snapshot(root, parent, newTree().toString(), true);
            }
        }

        private void cloneSnapshot() throws IOException {
            TreeId clone = newTree();
            driver.clone(snapshot, clone, SpaceAccount.of(clone.id()), Optional.empty());
        }

        /** Every way once, then all again: so that what the machine does meanwhile meets all alike. In milliseconds. */
        private Map<String, Samples> inTurn(Map<String, Way> ways, int rounds) throws IOException {
            Map<String, double[]> measured = new LinkedHashMap<>();
            for (int round = -1; round < rounds; round++) {
                for (Map.Entry<String, Way> way : ways.entrySet()) {
                    long begin = System.nanoTime();
                    way.getValue().run();
                    double took = (System.nanoTime() - begin) / 1e6;
                    // The first round is for the caches and the compiler.
                    if (round >= 0) {
                        measured.computeIfAbsent(way.getKey(), name -> new double[rounds])[round] = took;
                    }
                }
                removeCopies();
            }
            Map<String, Samples> samples = new LinkedHashMap<>();
            measured.forEach((name, values) -> samples.put(name, new Samples(values)));
            return samples;
        }

        private void removeCopies() throws IOException {
            for (TreeId made : driver.list()) {
                if (!kept.contains(made)) {
                    driver.destroy(made);
                }
            }
        }

        private String copy() {
            return driver.path(newTree()).toString();
        }

        private void changes(PrintStream out) throws IOException {
            Files.deleteIfExists(driver.path(tree).resolve("load.0.0"));
            try (var found = Files.walk(driver.path(tree))) {
                for (Path file :
                        found.filter(Files::isRegularFile).limit(CHANGED).toList()) {
                    Files.writeString(file, "changed");
                }
            }
            TreeId newer = newTree();
            driver.snapshot(tree, newer);
            String from = driver.path(snapshot) + "/";
            String to = driver.path(newer) + "/";
            Map<String, Way> ways = new LinkedHashMap<>();
            ways.put("changes", () -> driver.changes(snapshot, newer, change -> {}));
            ways.put("rsync", () -> command("rsync", "-aniX", "--delete", to, from));
            kept.add(newer);
            Map<String, Samples> measured = inTurn(ways, ROUNDS_OF_COPIES);
            Samples ours = Objects.requireNonNull(measured.get("changes"));
            Samples theirs = Objects.requireNonNull(measured.get("rsync"));
            out.printf(
                    "%6d files, %d of them changed: changes %s; rsync -n %s; %.3f of it%n",
                    files,
                    Math.min(files, CHANGED),
                    ours.describe("ms"),
                    theirs.describe("ms"),
                    ours.median() / theirs.median());
            for (TreeId each : kept) {
                driver.destroy(each);
            }
        }
    }

    private TreeId newTree() {
        return new TreeId(ids.get());
    }

    private static void command(String... command) throws IOException {
        Commands.here().run(PATIENCE, InputStream.nullInputStream(), command).ok();
    }
}
