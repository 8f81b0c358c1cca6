package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.DaemonInfo;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.daemon.Volume;
import io.flockerj.cli.docker.Container;
import io.flockerj.cli.docker.Docker;
import io.flockerj.cli.http.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli rollback}. */
@Command(
        name = "rollback",
        description = {
            "Brings a volume back to a snapshot; what it holds now is kept as another.",
            "Nothing may have the volume mounted."
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
        Docker docker = session.docker();
        List<Container> holders = docker.holdersOf(List.of(Refs.volumeOf(ref)));
        checkPossible(holders);
        try (Interruption stopped = Interruption.stop(session, docker, holders)) {
            JsonNode answer = rollBack(target);
            Optional<IOException> problem = stopped.end();
            say(answer, target);
            return problem.isEmpty() ? ExitCode.OK : session.tell(Failure.of(problem.get()));
        }
    }

    /** What would be refused is refused before anything is stopped, as far as the daemon can be asked. */
    private void checkPossible(List<Container> holders) throws IOException, CommandException {
        Volume volume = Volume.of(session.daemon().get(Target.of("v1", "volumes", Refs.volumeOf(ref))));
        if (volume.readOnly()) {
            throw CommandException.conflict(volume.name() + " is read-only, and is not rolled back; no container was"
                    + " stopped. See: fli clone " + ref + " NEW");
        }
        if (Holders.areMore(volume, holders)) {
            throw CommandException.conflict("something that is no running container has " + volume.name()
                    + " mounted too, so that it cannot be rolled back; no container was stopped. Unmount it first");
        }
        Optional<String> refusal = DaemonInfo.of(session.daemon().get(Target.of("v1", "info")))
                .pool()
                .refusal();
        if (refusal.isPresent()) {
            throw CommandException.failed("the pool takes no snapshot now, which a rollback needs; no container was"
                    + " stopped: " + refusal.get());
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
