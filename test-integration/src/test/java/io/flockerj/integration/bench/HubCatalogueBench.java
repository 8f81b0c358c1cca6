package io.flockerj.integration.bench;

import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseLocation;
import io.flockerj.hub.database.PostgresServer;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.function.Supplier;

/**
 * How long a hub with ten thousand volumesets and a million snapshots takes for each kind of question, by HTTPS as people ask, its rights and
 * its record included. The peer is the question for its version, which asks for neither.
 */
final class HubCatalogueBench implements Bench.Suite {
    private static final int QUESTIONS = 300;
    private static final String MORE = "?q=there-is-none-that-is-called-that";

    @Override
    public void run(Path pluginPackage, Path directory, PrintStream out) throws Exception {
        try {
            Path sqlite = directory.resolve("sqlite");
            measure("SQLite", PackagedHub.Site.make(sqlite), out);
            try (PostgresServer server = PostgresServer.start()) {
                DatabaseLocation database = server.newDatabase();
                measure("PostgreSQL", PackagedHub.Site.make(directory.resolve("postgres"), database), out);
            }
        } finally {
            Measure.command("rm", "-rf", directory.toString());
        }
    }

    private static void measure(String title, PackagedHub.Site site, PrintStream out)
            throws IOException, InterruptedException, SQLException {
        long begin = System.nanoTime();
        Supplier<Id> ids = Id.source(new SecureRandom());
        try (Database database = Database.open(site.database())) {
            new ManySnapshots(database, DirectoryBackend.open(site.storage(), ids), ids).make();
        }
        out.printf("%n%s, made in %.0f s%n", title, (System.nanoTime() - begin) / 1e9);
        ask(site, out);
    }

    private static void ask(PackagedHub.Site site, PrintStream out) throws IOException, InterruptedException {
        HubQuestions.head(out, "");
        try (PackagedHub hub = PackagedHub.start(site);
                HubQuestions questions = new HubQuestions(hub)) {
            volumesets(questions, out);
            snapshots("one of 90 snapshots each", i -> ManySnapshots.name(2 + i % 98), questions, out);
            snapshots("one of 10,000", _ -> ManySnapshots.name(1), questions, out);
            snapshots("one of 100,000, with 100 branches", _ -> ManySnapshots.name(0), questions, out);
            out.printf("  resident %.0f MiB, heap %.0f MiB%n", hub.use().residentMebibytes(), hub.heapMebibytes());
        }
    }

    private static void volumesets(HubQuestions questions, PrintStream out) throws IOException, InterruptedException {
        questions.report(out, "version (the peer)", QUESTIONS, _ -> "version");
        questions.report(out, "volumesets, the first 100", QUESTIONS, _ -> "volumesets");
        questions.report(out, "volumesets, the first 1000", QUESTIONS, _ -> "volumesets?limit=1000");
        questions.report(out, "volumesets of an owner", QUESTIONS, i -> "volumesets?owner=" + ManySnapshots.team(i));
        questions.report(out, "volumesets by a text, in a few", QUESTIONS, i -> "volumesets?q=v" + (1000 + i));
        questions.report(out, "volumesets by a text, in none", QUESTIONS, _ -> "volumesets" + MORE);
        questions.report(
                out, "a volumeset", QUESTIONS, i -> "volumesets/" + ManySnapshots.name(i % ManySnapshots.ASKED));
    }

    /** Which volumeset is asked about. */
    private interface Choice {
        String name(int number);
    }

    private static void snapshots(String title, Choice choice, HubQuestions questions, PrintStream out)
            throws IOException, InterruptedException {
        out.printf(" %s%n", title);
        kind("branches", "/branches?", choice, questions, out);
        kind("snapshots, the first 100", "/snapshots?", choice, questions, out);
        kind("snapshots, the first 1000", "/snapshots?limit=1000", choice, questions, out);
        kind(
                "snapshots of a time",
                "/snapshots?from=2023-11-14T22:30:00Z&to=2023-11-14T23:30:00Z",
                choice,
                questions,
                out);
        kind("snapshots by a label", "/snapshots?label=build=7", choice, questions, out);
        kind("snapshots by a label's key", "/snapshots?label=build", choice, questions, out);
        kind("snapshots by an author", "/snapshots?author=author%201", choice, questions, out);
        kind("snapshots by an author who hardly ever makes one", "/snapshots?author=seldom", choice, questions, out);
        kind(
                "the same, and by a label's key that nearly all have",
                "/snapshots?author=seldom&label=build",
                choice,
                questions,
                out);
        kind(
                "snapshots by author and label that never meet",
                "/snapshots?author=author%201&label=release",
                choice,
                questions,
                out);
        kind("snapshots of a branch", "/snapshots?branch=main", choice, questions, out);
        kind("snapshots of a branch by that author", "/snapshots?branch=main&author=seldom", choice, questions, out);
        kind("a snapshot, 50 back", "/snapshots/main~50?", choice, questions, out);
    }

    private static void kind(String title, String query, Choice choice, HubQuestions questions, PrintStream out)
            throws IOException, InterruptedException {
        questions.report(out, "  " + title, QUESTIONS, i -> "volumesets/" + choice.name(i) + query);
    }
}
