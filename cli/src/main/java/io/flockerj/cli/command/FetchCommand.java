package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Fetched;
import io.flockerj.cli.daemon.RemoteRef;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Printable;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Table.Cell;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fli fetch}. */
@Command(
        name = "fetch",
        description = {
            "Learns which snapshots, branches and tags are on a remote, without what they hold.",
            "fli log shows them then."
        },
        footer = {"", "Example:", "  fli fetch team"})
final class FetchCommand implements Callable<Integer> {
    private final Session session;

    FetchCommand(Session session) {
        this.session = session;
    }

    @Parameters(
            paramLabel = "REMOTE[/NAME]",
            description = "Without NAME, the volumesets there that are known on this host.")
    private String place;

    @Override
    public Integer call() throws IOException, CommandException {
        RemotePlace asked = RemotePlace.ofVolumeset(place);
        JsonNode answer = session.daemon()
                .change(
                        "POST",
                        Target.of("v1", "fetch"),
                        Optional.of(Daemon.json().put("place", place)));
        if (session.json()) {
            session.say(answer);
        } else {
            say(asked, Fetched.all(answer));
        }
        return ExitCode.OK;
    }

    private void say(RemotePlace asked, List<Fetched> fetched) {
        if (fetched.isEmpty()) {
            session.say(Printable.of("No volumeset on " + asked.remote()
                    + " is known on this host; see what is there: fli remote show " + asked.remote()));
            return;
        }
        Table table = Table.of("VOLUMESET", "BRANCH", "NEWEST");
        for (Fetched each : fetched) {
            for (RemoteRef branch : each.branches()) {
                table.row(
                        Cell.of(each.remote() + "/" + each.name()),
                        new Cell(branch.name(), Ink.GREEN),
                        new Cell(Snapshot.shortId(branch.snapshot()), Ink.YELLOW));
            }
        }
        session.say(table);
        long news = fetched.stream().mapToLong(Fetched::newSnapshots).sum();
        session.say(
                news == 0
                        ? "Nothing is new."
                        : news + (news == 1 ? " snapshot is" : " snapshots are")
                                + " new; fli pull, or fli clone REMOTE/NAME, brings what they hold.");
    }
}
