package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.http.UnreachableException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli rm}. */
@Command(
        name = "rm",
        description = "Moves volumes and snapshots to the trash; fli trash restore brings them back.",
        footer = {"", "Example:", "  fli rm db-try db@3fa9c1d20b44"})
final class RemoveCommand implements Callable<Integer> {
    private final Session session;

    RemoveCommand(Session session) {
        this.session = session;
    }

    @Parameters(arity = "1..*", paramLabel = "VOLUME[@REF]", description = "Volumes, and with a REF snapshots.")
    private List<String> names;

    @Option(names = "--volume", description = "All names are volumes', even if there is an @ in them.")
    private boolean areVolumes;

    /** One that cannot be removed does not keep the others from it. */
    @Override
    public Integer call() throws IOException, CommandException {
        if (names.contains("")) {
            throw CommandException.usage("a name is empty, and nothing has been removed");
        }
        int status = ExitCode.OK;
        for (String name : names) {
            try {
                remove(name);
            } catch (UnreachableException e) {
                throw e;
            } catch (IOException e) {
                int failed = session.tell(Failure.of(e));
                status = status == ExitCode.OK ? failed : status;
            }
        }
        return status;
    }

    private void remove(String name) throws IOException {
        if (areVolumes || !Refs.namesSnapshot(name)) {
            JsonNode answer = session.daemon().change("DELETE", Target.of("v1", "volumes", name), Optional.empty());
            session.done(answer, "Removed the volume " + name);
        } else {
            Snapshot snapshot = Refs.resolve(session, name);
            JsonNode answer =
                    session.daemon().change("DELETE", Target.of("v1", "snapshots", snapshot.id()), Optional.empty());
            session.done(answer, "Removed the snapshot " + Refs.meant(session, snapshot));
        }
    }
}
