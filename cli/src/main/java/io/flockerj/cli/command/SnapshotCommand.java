package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.daemon.Volume;
import io.flockerj.cli.docker.Container;
import io.flockerj.cli.docker.Docker;
import io.flockerj.cli.http.Limits;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Table.Cell;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli snapshot}. */
@Command(
        name = "snapshot",
        description = {
            "Takes a snapshot of a volume, or of several as one group, and prints the id.",
            "Those of a group are taken as close together as can be."
        },
        footer = {"", "Example:", "  fli snapshot db -m 'before the upgrade' --tag before-upgrade"})
final class SnapshotCommand implements Callable<Integer> {
    private static final Limits UNHURRIED = Limits.idle(Duration.ofMinutes(15));

    /** Containers do not stay paused longer than this because of a daemon that does not answer. */
    private static final Limits WHILE_PAUSED = Limits.total(Duration.ofSeconds(30));

    private final Session session;

    SnapshotCommand(Session session) {
        this.session = session;
    }

    @Parameters(arity = "1..*", paramLabel = "VOLUME", description = "The volumes.")
    private List<String> volumes;

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "What it is of.")
    private Optional<String> message;

    @Option(
            names = {"-l", "--label"},
            paramLabel = "KEY=VALUE",
            description = "A label; may be repeated.")
    private Map<String, String> labels = Map.of();

    @Option(names = "--tag", paramLabel = "NAME", description = "A tag for it, or for each of the group.")
    private Optional<String> tag;

    @Option(
            names = "--pause",
            description = "Pause the containers that have the volumes mounted for the milliseconds that it takes.")
    private boolean pause;

    @Override
    public Integer call() throws IOException {
        if (!pause) {
            say(take(UNHURRIED, false));
            return ExitCode.OK;
        }
        Docker docker = session.docker();
        List<Container> holders = docker.holdersOf(volumes);
        boolean all = areAllThatHold(holders);
        try (Interruption paused = Interruption.pause(session, docker, holders)) {
            JsonNode answer = take(WHILE_PAUSED, all);
            boolean lasted = paused.lasts();
            Optional<IOException> problem = paused.end();
            if (all && !lasted) {
                return takeBack(Snapshot.all(answer));
            }
            say(answer);
            return problem.isEmpty() ? ExitCode.OK : session.tell(Failure.of(problem.get()));
        }
    }

    /** Whether these containers, once paused, are all that can write to the volumes; says what else there is. */
    private boolean areAllThatHold(List<Container> holders) throws IOException {
        boolean all = !holders.isEmpty();
        for (String name : volumes) {
            Volume volume = Volume.of(session.daemon().get(Target.of("v1", "volumes", name)));
            if (Holders.areMore(volume, holders)) {
                session.remark("something that is no running container has " + name
                        + " mounted too, and is not paused; the snapshot is taken all the same");
                all = false;
            }
        }
        for (Container holder : holders) {
            if (!holder.isRunning() && !holder.isPaused()) {
                session.remark("the container " + holder.name() + " is " + holder.state() + ", and is not paused");
                all = false;
            }
        }
        return all;
    }

    /** A signal has let the containers go on before the answer came: nobody knows whether they were paused. */
    private int takeBack(List<Snapshot> snapshots) throws IOException {
        for (Snapshot each : snapshots) {
            session.daemon().change("DELETE", Target.of("v1", "snapshots", each.id()), Optional.empty(), WHILE_PAUSED);
            session.remark("the snapshot " + each.shortId() + " is in the trash, for the containers went on too early");
        }
        return ExitCode.FAILED;
    }

    private void say(JsonNode answer) throws IOException {
        if (session.json()) {
            session.say(answer);
        } else {
            say(Snapshot.all(answer));
        }
    }

    private JsonNode take(Limits limits, boolean paused) throws IOException {
        ObjectNode body = Daemon.json();
        volumes.forEach(body.putArray("volumes")::add);
        message.ifPresent(text -> body.put("message", text));
        body.put("author", session.around().author());
        if (!labels.isEmpty()) {
            ObjectNode all = body.putObject("labels");
            labels.forEach(all::put);
        }
        tag.ifPresent(name -> body.put("tag", name));
        body.put("paused", paused);
        return session.daemon().change("POST", Target.of("v1", "snapshots"), Optional.of(body), limits);
    }

    private void say(List<Snapshot> snapshots) {
        if (snapshots.size() == 1) {
            session.say(session.paint(Ink.YELLOW, snapshots.getFirst().shortId()));
        } else {
            Table table = Table.of("", "");
            snapshots.forEach(each -> table.row(SnapshotText.id(each), Cell.of(each.volume())));
            session.say(table);
        }
        snapshots.stream()
                .filter(each -> !each.atomic())
                .forEach(
                        each -> session.remark(
                                each.shortId() + " of " + each.volume()
                                        + " is not atomic: its nested subvolumes, or on a plain pool its files, were taken one after another"));
        snapshots.forEach(each -> each.torn()
                .ifPresent(torn -> session.remark(each.shortId() + " of " + each.volume() + ": "
                        + SnapshotText.torn(torn) + "; take it with --pause, or stop what writes, if that matters")));
    }
}
