package io.flockerj.integration.bench;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.guard.ReadGate;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Supplier;

/**
 * How long a hub takes for a page of what is in a snapshot of a million files, and of what differs between two: again and again, and the first
 * time, with nothing of that repository in memory and nothing known of its packs. The peer is the question for the snapshot itself, which
 * needs no tree.
 */
final class HubTreeBench implements Bench.Suite {
    private static final int QUESTIONS = 200;
    private static final int ROUNDS = 5;
    private static final String OWNER = "crew";
    private static final String BIG = "volumesets/" + OWNER + "/big";
    private static final String OTHER = "volumesets/" + OWNER + "/other";
    private static final String FLAT = BIG + "/snapshots/first/tree?path=/flat";
    private static final String FEW = BIG + "/diff?from=first&to=few";

    @Override
    public void run(Path pluginPackage, Path directory, PrintStream out) throws Exception {
        try {
            PackagedHub.Site site = PackagedHub.Site.make(directory);
            fill(site);
            out.printf("  stored %.0f MB%n", Measure.megabytes(site.storage()));
            warm(site, out);
            cold(site, out);
        } finally {
            Measure.command("rm", "-rf", directory.toString());
        }
    }

    private static void fill(PackagedHub.Site site) throws IOException {
        Supplier<Id> ids = Id.source(new SecureRandom());
        Id big = ids.get();
        Id other = ids.get();
        try (Database database = Database.open(site.database())) {
            for (Id each : List.of(big, other)) {
                database.change(handle -> handle.execute(
                        "INSERT INTO volumesets (owner_id, id, name, visibility, created)"
                                + " SELECT id, ?, ?, 'private', 0 FROM accounts WHERE name = ?",
                        each.hex(),
                        each.equals(big) ? "big" : "other",
                        OWNER));
            }
        }
        var remote = ReadGate.remote(DirectoryBackend.open(site.storage(), ids), new OwnerName(OWNER));
        for (Id each : List.of(other, big)) {
            MillionFiles files = new MillionFiles(remote, each, ids);
            files.push("first", 1, _ -> false);
            files.push("few", 1, file -> file % 10_000 == 7);
            files.push("last", 1, file -> file == MillionFiles.FLAT - 1);
            files.push("all", 2, _ -> true);
        }
    }

    private static void warm(PackagedHub.Site site, PrintStream out) throws IOException, InterruptedException {
        HubQuestions.head(out, "again and again");
        try (PackagedHub hub = PackagedHub.start(site);
                HubQuestions questions = new HubQuestions(hub)) {
            questions.report(out, "the snapshot (the peer)", QUESTIONS, _ -> BIG + "/snapshots/first");
            questions.report(out, "its root", QUESTIONS, _ -> BIG + "/snapshots/first/tree");
            questions.report(out, "100 of 500,000 files in a directory, the first", QUESTIONS, _ -> FLAT);
            questions.report(out, "the same, behind any", QUESTIONS, i -> FLAT + "&after=" + any(i));
            questions.report(out, "1000 of them, behind any", QUESTIONS, i -> FLAT + "&limit=1000&after=" + any(i));
            questions.report(out, "100 of 1000 directories", QUESTIONS, _ -> BIG + "/snapshots/first/tree?path=/deep");
            questions.report(
                    out,
                    "100 of 500 files in any of them",
                    QUESTIONS,
                    i -> BIG + "/snapshots/first/tree?path=/deep/"
                            + MillionFiles.directoryName(i * 37 % MillionFiles.DIRECTORIES));
            questions.report(
                    out, "difference, 100 of 1,000,000 files changed, all", QUESTIONS, _ -> FEW + "&limit=1000");
            questions.report(out, "difference, the first 10 of those", QUESTIONS, _ -> FEW + "&limit=10");
            questions.report(
                    out,
                    "difference, one of 1,000,000 files changed",
                    QUESTIONS,
                    _ -> BIG + "/diff?from=first&to=last");
            questions.report(
                    out, "difference, all changed, the first 100", QUESTIONS, _ -> BIG + "/diff?from=first&to=all");
            questions.report(
                    out,
                    "difference, all changed, 100 behind any",
                    QUESTIONS,
                    i -> BIG + "/diff?from=first&to=all&after=/flat/" + any(i));
            out.printf("  resident %.0f MiB, heap %.0f MiB%n", hub.use().residentMebibytes(), hub.heapMebibytes());
        }
    }

    private static String any(int number) {
        return MillionFiles.flatName(number * 20_011 % MillionFiles.FLAT);
    }

    /** The hub has read another repository already, for a program that has just begun is slow at everything. */
    private static void cold(PackagedHub.Site site, PrintStream out) throws IOException, InterruptedException {
        HubQuestions.head(out, "the first time, nothing in memory, no index");
        List<String> firsts = List.of(FLAT, FEW + "&limit=10", BIG + "/diff?from=first&to=all");
        for (String first : firsts) {
            double[] times = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                Measure.command("rm", "-rf", site.data().resolve("index").toString());
                try (PackagedHub hub = PackagedHub.start(site);
                        HubQuestions questions = new HubQuestions(hub)) {
                    questions.times(QUESTIONS, _ -> first.replace(BIG, OTHER));
                    Measure.dropCaches();
                    times[round] = questions.time(first);
                }
            }
            Samples samples = new Samples(times);
            out.printf("  %-62s %8.1f %8s %8.1f%n", first, samples.median(), "", samples.quantile(1));
        }
    }
}
