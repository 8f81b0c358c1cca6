package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.History;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Table.Cell;
import io.flockerj.cli.text.Times;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli log}. */
@Command(
        name = "log",
        description = "Shows the history that led to a volume, or to one of its snapshots; the newest first.",
        footer = {"", "Example:", "  fli log db --graph --since '3 days ago'"})
final class LogCommand implements Callable<Integer> {
    /** The daemon tells of no more at once. */
    private static final int MOST = 10_000;

    private final Session session;

    LogCommand(Session session) {
        this.session = session;
    }

    @Parameters(paramLabel = "VOLUME[@REF]", description = "Where to begin.")
    private String ref;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            description = "At most so many snapshots. Default: 1000.")
    private Optional<Integer> limit;

    @Option(names = "--all", description = "All branches of the volumeset.")
    private boolean all;

    @Option(names = "--graph", description = "All branches of the volumeset, and how they part, drawn.")
    private boolean graph;

    @Option(names = "--label", paramLabel = "KEY[=VALUE]", description = "Only snapshots with this label.")
    private Optional<String> label;

    @Option(names = "--since", paramLabel = "TIME", description = "Only from then on, such as '2 hours ago'.")
    private Optional<String> since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only up to then, such as 2026-11-03.")
    private Optional<String> until;

    @Override
    public Integer call() throws IOException, CommandException {
        if (limit.isPresent() && (limit.get() < 1 || limit.get() > MOST)) {
            throw CommandException.usage("-n takes a number from 1 to " + MOST + ", not " + limit.get());
        }
        Target target = Target.of("v1", "log")
                .with("ref", ref)
                .with("zone", session.zone())
                .with("all", all || graph ? Optional.of("true") : Optional.empty())
                .with("limit", limit.map(String::valueOf))
                .with("label", label)
                .with("since", since)
                .with("until", until);
        JsonNode answer = session.daemon().get(target);
        if (session.json()) {
            session.say(answer);
            return ExitCode.OK;
        }
        List<Snapshot> snapshots = Snapshot.all(answer);
        boolean more = answer.path("more").asBoolean();
        session.say(graph ? drawn(snapshots, more) : listed(snapshots));
        if (more) {
            session.remark("there are more; show them with "
                    + (snapshots.size() < MOST
                            ? "-n " + Math.min(MOST, 10 * Math.max(1, snapshots.size())) + " or "
                            : "")
                    + "--until '" + session.times().local(snapshots.getLast().time()) + "'");
        }
        return ExitCode.OK;
    }

    private Table listed(List<Snapshot> snapshots) {
        Table table = Table.of("SNAPSHOT", "TIME", "AGE", "BY", "NAMES", "MESSAGE");
        Times times = session.times();
        for (Snapshot snapshot : snapshots) {
            table.row(
                    SnapshotText.id(snapshot),
                    Cell.of(times.local(snapshot.time())),
                    new Cell(times.shortAge(snapshot.time()), Ink.DIM),
                    Cell.of(snapshot.author().orElse("-")),
                    SnapshotText.names(snapshot),
                    SnapshotText.title(snapshot));
        }
        return table;
    }

    private Table drawn(List<Snapshot> snapshots, boolean more) {
        Table table = Table.of("", "", "", "", "");
        History history = new History(snapshots.stream().map(Snapshot::id).toList(), more);
        for (Snapshot snapshot : snapshots) {
            List<String> drawing = history.next(snapshot.id(), snapshot.keptParent());
            drawing.subList(0, drawing.size() - 1).forEach(line -> table.row(line, "", "", "", ""));
            table.row(
                    Cell.of(drawing.getLast()),
                    SnapshotText.id(snapshot),
                    new Cell(session.times().shortAge(snapshot.time()), Ink.DIM),
                    SnapshotText.names(snapshot),
                    SnapshotText.title(snapshot));
        }
        return table;
    }
}
