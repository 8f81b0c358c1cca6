package io.flockerj.integration.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.flockerj.integration.ControlClient;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
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
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Snapshot, clone and rollback as callers of the daemon see them, against the bare ioctl, the btrfs program and {@code cp} with and
 * without sharing of blocks; {@code diff} against {@code rsync -n} and {@code git status}. Of volumes of 10 and of 84,000 files, as many
 * as a Linux source tree has, and in the soak of a million; on a quiet pool, and while a program writes and syncs in the volume.
 */
final class HistoryBench implements Bench.Suite {
    private static final int ROUNDS = 21;
    private static final int ROUNDS_OF_COPIES = 3;
    private static final int CHANGED = 150;
    private static final int LARGEST_FILE = 8192;
    private static final int FILES_IN_DIRECTORY = 20;
    private static final int SOURCE_TREE = 84_000;
    private static final int MILLION = 1_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    /** One way to do it. */
    interface Way {
        void run() throws IOException;
    }

    @Override
    public void run(Path pluginPackage, Path directory, PrintStream out) throws Exception {
        try (PackagedDaemon daemon = PackagedDaemon.launch(pluginPackage, directory.resolve("daemon"))
                        .listening();
                VolumeDriverClient client = daemon.connect();
                ControlClient control = daemon.connectToControl()) {
            List<Integer> sizes = new ArrayList<>(List.of(10, SOURCE_TREE));
            if (Boolean.getBoolean("flockerj.soak")) {
                sizes.add(MILLION);
            }
            for (int files : sizes) {
                Measured volume = new Measured(daemon, client, control, files);
                volume.measure(out);
                volume.measureChanges(out);
                volume.remove();
            }
        }
    }

    /** A volume of so many files, mounted, with a snapshot; a second one of the same content, not mounted; and the copies. */
    private static final class Measured {
        private final VolumeDriverClient client;
        private final ControlClient control;
        private final String socket;
        private final int files;
        private final String name;
        private final Path mounted;
        private final Path copies;
        private final AtomicInteger made = new AtomicInteger();

        Measured(PackagedDaemon daemon, VolumeDriverClient client, ControlClient control, int files)
                throws IOException {
            this.client = client;
            this.control = control;
            this.socket = daemon.control().toString();
            this.files = files;
            this.name = "v" + files;
            client.create(name, Map.of());
            this.mounted = client.mount(name, "bench");
            this.copies = Files.createDirectories(daemon.pool().resolve("copies-" + name));
            fill();
            control.snapshot(name, "base");
            client.create(idle(), Map.of("from", name + "@base"));
        }

        private String idle() {
            return name + "-idle";
        }

        private String clone(int n) {
            return name + "-clone" + n;
        }

        private void fill() throws IOException {
            Random random = new Random(files);
            Path into = mounted;
            for (int i = 0; i < files; i++) {
                if (i % FILES_IN_DIRECTORY == 0) {
                    into = Files.createDirectories(mounted.resolve("d" + i / 1000 + "/d" + i));
                }
                byte[] content = new byte[random.nextInt(LARGEST_FILE)];
                random.nextBytes(content);
                Files.write(into.resolve("f" + i), content);
            }
            command("sync", "-f", mounted.toString());
        }

        void measure(PrintStream out) throws IOException {
            report(out, "quiet");
            Process load = new ProcessBuilder(
                            "fio",
                            "--name=load",
                            "--directory=" + mounted,
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
        }

        private void report(PrintStream out, String circumstances) throws IOException {
            Map<String, Way> ways = new LinkedHashMap<>();
            ways.put("bare ioctl", this::bareSnapshot);
            ways.put(
                    "btrfs subvolume snapshot",
                    () -> command("btrfs", "-q", "subvolume", "snapshot", "-r", source(), copy()));
            ways.put("snapshot", () -> control.snapshot(name));
            ways.put("clone", () -> client.create(clone(made.incrementAndGet()), Map.of("from", name + "@base")));
            ways.put("rollback", () -> control.rollback(idle() + "@base"));
            Map<String, Samples> measured = inTurn(ways, ROUNDS);
            Map<String, Way> copying = new LinkedHashMap<>();
            copying.put("cp -a --reflink", () -> command("cp", "-a", "--reflink=always", source(), copy()));
            copying.put("cp -a", () -> command("cp", "-a", "--reflink=never", source(), copy()));
            measured.putAll(inTurn(copying, ROUNDS_OF_COPIES));
            double bare = Objects.requireNonNull(measured.get("bare ioctl")).median();
            measured.forEach((way, samples) -> out.printf(
                    "%7d files, %-10s  %-26s %8.1f times the ioctl   %s%n",
                    files, circumstances, way, samples.median() / bare, samples.describe("ms")));
        }

        private String source() {
            return mounted.toString();
        }

        private String copy() {
            return copies.resolve("copy" + made.incrementAndGet()).toString();
        }

        private void bareSnapshot() throws IOException {
            try (FileHandle root = FileHandle.openDirectory(mounted);
                    FileHandle parent = FileHandle.openDirectory(copies)) {
                Btrfs.snapshot(root, parent, "copy" + made.incrementAndGet(), true);
            }
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
                        measured.computeIfAbsent(way.getKey(), key -> new double[rounds])[round] = took;
                    }
                }
                removeCopies();
            }
            Map<String, Samples> samples = new LinkedHashMap<>();
            measured.forEach((way, values) -> samples.put(way, new Samples(values)));
            return samples;
        }

        private void removeCopies() throws IOException {
            try (Stream<Path> entries = Files.list(copies)) {
                for (Path each : entries.toList()) {
                    if (Btrfs.isSubvolumeRoot(each)) {
                        command("btrfs", "-q", "subvolume", "delete", each.toString());
                    } else {
                        command("rm", "-rf", each.toString());
                    }
                }
            }
            for (String volume : client.list()) {
                if (volume.startsWith(name + "-clone")) {
                    client.remove(volume);
                }
            }
        }

        /** Between two snapshots, as {@code git} and {@code rsync} see the same two states in two directories. */
        void measureChanges(PrintStream out) throws IOException {
            Files.deleteIfExists(mounted.resolve("load.0.0"));
            control.snapshot(name, "older");
            String older = copy();
            command("btrfs", "-q", "subvolume", "snapshot", source(), older);
            command("git", "-C", source(), "init", "-q");
            // Else git goes on tidying up behind its commit.
            command("git", "-C", source(), "config", "gc.auto", "0");
            command("git", "-C", source(), "add", ".");
            command("git", "-C", source(), "-c", "user.name=b", "-c", "user.email=b@b", "commit", "-q", "-m", "all");
            command("mv", source() + "/.git", copies.resolve("git").toString());
            try (Stream<Path> found = Files.walk(mounted)) {
                for (Path file :
                        found.filter(Files::isRegularFile).limit(CHANGED).toList()) {
                    Files.writeString(file, "changed");
                }
            }
            control.snapshot(name, "newer");
            String git = "--git-dir=" + copies.resolve("git");
            Map<String, Way> ways = new LinkedHashMap<>();
            // By a program, as git and rsync are ones.
            ways.put("diff", () -> diff("from=" + name + "@older&to=" + name + "@newer"));
            ways.put("diff with the live volume", () -> diff("from=" + name + "@older"));
            ways.put("git status", () -> command("git", git, "--work-tree=" + source(), "status", "--short"));
            ways.put("rsync -n", () -> command("rsync", "-aniX", "--delete", source() + "/", older));
            double[] ours = new double[1];
            Map<String, double[]> times = new LinkedHashMap<>();
            for (int round = -1; round < ROUNDS_OF_COPIES; round++) {
                for (Map.Entry<String, Way> way : ways.entrySet()) {
                    long begin = System.nanoTime();
                    way.getValue().run();
                    if (round >= 0) {
                        times.computeIfAbsent(way.getKey(), key -> new double[ROUNDS_OF_COPIES])[round] =
                                (System.nanoTime() - begin) / 1e6;
                    }
                }
            }
            times.forEach((way, values) -> {
                Samples samples = new Samples(values);
                ours[0] = way.equals("diff") ? samples.median() : ours[0];
                out.printf(
                        "%7d files, %d changed     %-26s %8.1f times diff        %s%n",
                        files, Math.min(files, CHANGED), way, samples.median() / ours[0], samples.describe("ms"));
            });
            command("rm", "-rf", copies.resolve("git").toString());
            removeCopies();
        }

        private void diff(String query) throws IOException {
            command("curl", "-sfg", "--unix-socket", socket, "http://flockerj/v1/diff?" + query);
        }

        void remove() throws IOException {
            client.unmount(name, "bench");
            client.remove(name);
            client.remove(idle());
            control.ask("DELETE", "/v1/trash", JsonNodeFactory.instance.missingNode());
        }
    }

    private static void command(String... command) throws IOException {
        Commands.here().run(PATIENCE, InputStream.nullInputStream(), command).ok();
    }
}
