package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Branch;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Table.Cell;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fli branch}. */
@Command(
        name = "branch",
        description = "Lists, renames and removes the branches of a volume's history.",
        footer = {"", "Example:", "  fli branch list db"})
final class BranchCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "VOLUME", description = "Lists its branches, as fli branch list does.")
    private Optional<String> listed = Optional.empty();

    BranchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, CommandException {
        if (listed.isEmpty()) {
            throw CommandException.usage(
                    "of which volume? Its branches are listed by: fli branch VOLUME\nSee: fli branch --help");
        }
        return list(listed.get());
    }

    @Command(
            name = "list",
            description = "Lists the branches of a volume's volumeset.",
            footer = {"", "Example:", "  fli branch list db"})
    int list(@Parameters(paramLabel = "VOLUME", description = "A volume of the volumeset.") String volume)
            throws IOException {
        JsonNode answer = session.daemon().get(Target.of("v1", "volumes", volume, "branches"));
        if (session.json()) {
            session.say(answer);
            return ExitCode.OK;
        }
        Table table = Table.of("BRANCH", "NEWEST", "VOLUME", ">SNAPSHOTS");
        for (Branch branch : Branch.all(answer)) {
            table.row(
                    new Cell(branch.name(), Ink.GREEN),
                    new Cell(branch.head().map(Snapshot::shortId).orElse("-"), Ink.YELLOW),
                    Cell.of(branch.volume().orElse("-")),
                    Cell.of(Long.toString(branch.snapshots())));
        }
        session.say(table);
        return ExitCode.OK;
    }

    @Command(
            name = "rename",
            description = "Renames a branch.",
            footer = {"", "Example:", "  fli branch rename db db-try migration-b"})
    int rename(
            @Parameters(paramLabel = "VOLUME", description = "A volume of the volumeset.") String volume,
            @Parameters(paramLabel = "BRANCH", description = "The branch.") String branch,
            @Parameters(paramLabel = "NEW", description = "Its new name.") String name)
            throws IOException {
        JsonNode answer = session.daemon()
                .change(
                        "PATCH",
                        Target.of("v1", "volumes", volume, "branches", branch),
                        Optional.of(Daemon.json().put("name", name)));
        session.done(answer, "The branch " + branch + " is now " + name);
        return ExitCode.OK;
    }

    @Command(
            name = "rm",
            description = "Removes a branch that no volume works on; the snapshots that only it has go to the trash.",
            footer = {"", "Example:", "  fli branch rm db migration-b"})
    int remove(
            @Parameters(paramLabel = "VOLUME", description = "A volume of the volumeset.") String volume,
            @Parameters(paramLabel = "BRANCH", description = "The branch.") String branch)
            throws IOException {
        JsonNode answer = session.daemon()
                .change("DELETE", Target.of("v1", "volumes", volume, "branches", branch), Optional.empty());
        long removed = answer.path("snapshotsRemoved").asLong();
        session.done(
                answer,
                "Removed the branch " + branch + "; " + removed + (removed == 1 ? " snapshot is" : " snapshots are")
                        + " in the trash");
        return ExitCode.OK;
    }
}
