package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.daemon.TrashEntry;
import io.flockerj.cli.http.Target;
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

/** {@code fli trash}. */
@Command(
        name = "trash",
        description = "Lists, restores and destroys what was removed; alone it lists.",
        footer = {"", "Example:", "  fli trash restore db"})
final class TrashCommand implements Callable<Integer> {
    private static final int LEAST_DIGITS = 4;

    private final Session session;

    TrashCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        return list();
    }

    @Command(
            name = "list",
            description = "Lists the removed volumes and snapshots that can be restored; the last removed first.",
            footer = {"", "Example:", "  fli trash list"})
    int list() throws IOException {
        JsonNode answer = session.daemon().get(Target.of("v1", "trash"));
        if (session.json()) {
            session.say(answer);
            return ExitCode.OK;
        }
        Times times = session.times();
        Table table = Table.of("ID", "KIND", "NAME", "REMOVED", "DESTROYED", ">SNAPSHOTS");
        for (TrashEntry entry : TrashEntry.all(answer)) {
            table.row(
                    new Cell(Snapshot.shortId(entry.id()), Ink.YELLOW),
                    Cell.of(entry.kind()),
                    Cell.of(entry.name()),
                    Cell.of(times.age(entry.removedAt())),
                    Cell.of(entry.destroyedAt().map(times::age).orElse("while there is space")),
                    Cell.of(Long.toString(entry.snapshots())));
        }
        session.say(table);
        return ExitCode.OK;
    }

    @Command(
            name = "restore",
            description = "Brings a removed volume or snapshot back.",
            footer = {"", "Example:", "  fli trash restore db --name db-again"})
    int restore(
            @Parameters(paramLabel = "NAME|ID", description = "As fli trash list shows it.") String wanted,
            @Option(names = "--name", paramLabel = "NEW", description = "Another name for the volume.")
                    Optional<String> name)
            throws IOException, CommandException {
        TrashEntry entry = find(wanted);
        ObjectNode body = Daemon.json();
        name.ifPresent(other -> body.put("name", other));
        JsonNode answer =
                session.daemon().change("POST", Target.of("v1", "trash", entry.id(), "restore"), Optional.of(body));
        session.done(
                answer,
                "Restored the " + answer.path("kind").asText() + " "
                        + answer.path("name").asText());
        return ExitCode.OK;
    }

    @Command(
            name = "empty",
            description = "Destroys what is in the trash now, for good; all of it, or what is named.",
            footer = {"", "Example:", "  fli trash empty --force"})
    int empty(
            @Parameters(arity = "0..*", paramLabel = "NAME|ID", description = "As fli trash list shows them.")
                    List<String> wanted,
            @Option(
                            names = {"-f", "--force"},
                            description = "Do not ask.")
                    boolean force)
            throws IOException, CommandException {
        List<String> some = wanted == null ? List.of() : wanted;
        if (!force
                && !Question.isAnsweredWithYes(
                        session,
                        "Destroy " + (some.isEmpty() ? "everything in the trash" : String.join(", ", some))
                                + " for good?")) {
            return ExitCode.FAILED;
        }
        if (some.isEmpty()) {
            JsonNode answer = session.daemon().change("DELETE", Target.of("v1", "trash"), Optional.empty());
            long left = answer.path("left").asLong();
            session.done(
                    answer,
                    "Destroyed " + answer.path("destroyed").asLong()
                            + (left == 0 ? "" : ", left " + left + " that something has mounted or that resist"));
        }
        for (String each : some) {
            TrashEntry entry = find(each);
            JsonNode answer = session.daemon().change("DELETE", Target.of("v1", "trash", entry.id()), Optional.empty());
            session.done(answer, "Destroyed the " + entry.kind() + " " + entry.name());
        }
        return ExitCode.OK;
    }

    private TrashEntry find(String wanted) throws IOException, CommandException {
        List<TrashEntry> all = TrashEntry.all(session.daemon().get(Target.of("v1", "trash")));
        List<TrashEntry> found = all.stream()
                .filter(entry -> entry.name().equals(wanted)
                        || (wanted.length() >= LEAST_DIGITS && entry.id().startsWith(wanted)))
                .toList();
        if (found.isEmpty()) {
            throw CommandException.notFound("nothing in the trash is called " + wanted + "; see: fli trash list");
        }
        if (found.size() > 1) {
            throw CommandException.notFound("several in the trash are called " + wanted + ", name one by its id: "
                    + String.join(
                            ", ",
                            found.stream()
                                    .map(entry -> Snapshot.shortId(entry.id()) + " removed "
                                            + session.times().age(entry.removedAt()))
                                    .toList()));
        }
        return found.getFirst();
    }
}
