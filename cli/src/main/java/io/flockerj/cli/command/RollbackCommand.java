package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.http.Target;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli rollback}. */
@Command(
        name = "rollback",
        description = {
            "Brings a volume back to a snapshot. What it holds now is kept as a snapshot of its own. Nothing",
            "may have the volume mounted."
        },
        footer = {"", "Example:", "  fli rollback db@before-upgrade --restart"})
final class RollbackCommand implements Callable<Integer> {
    private final Session session;

    RollbackCommand(Session session) {
        this.session = session;
    }

    @Parameters(paramLabel = "VOLUME@REF", description = "The snapshot to go back to.")
    private String ref;

    @Option(
            names = "--restart",
            description = "Stop the containers that have it mounted, and start them again afterwards.")
    private boolean restart;

    @Override
    public Integer call() throws IOException, CommandException {
        if (!Refs.namesSnapshot(ref)) {
            throw CommandException.usage(
                    "which snapshot of " + ref + "? Name one as " + ref + "@REF; see: fli log " + ref);
        }
        Snapshot target = Refs.resolve(session, ref);
        if (!restart) {
            say(rollBack(target), target);
            return ExitCode.OK;
        }
        try (Interruption stopped = Interruption.stop(session.docker(), Refs.volumeOf(ref))) {
            JsonNode answer = rollBack(target);
            Optional<IOException> problem = stopped.end();
            say(answer, target);
            return problem.isEmpty() ? ExitCode.OK : session.tell(Failure.of(problem.get()));
        }
    }

    private void say(JsonNode answer, Snapshot target) throws IOException {
        if (session.json()) {
            session.say(answer);
        } else {
            session.say(Refs.volumeOf(ref) + " is back at " + Refs.meant(session, target));
            session.say("What it held before is kept as " + Refs.volumeOf(ref) + "@"
                    + Snapshot.of(answer.path("safety")).shortId());
        }
    }

    private JsonNode rollBack(Snapshot target) throws IOException {
        ObjectNode body = Daemon.json()
                .put("ref", Refs.exact(ref, target))
                .put("zone", session.zone())
                .put("author", session.around().author());
        return session.daemon().change("POST", Target.of("v1", "rollback"), Optional.of(body));
    }
}
