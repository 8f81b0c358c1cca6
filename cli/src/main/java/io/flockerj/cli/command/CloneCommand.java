package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Pulled;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.daemon.Volume;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Printable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli clone}. */
@Command(
        name = "clone",
        description = {
            "Makes a volume from a snapshot of this host, on a branch of its own, or of a remote.",
            "Of a volume without a REF it takes a snapshot first.",
            "From a remote it goes on with the branch there, if no volume of this host works on it."
        },
        footer = {
            "",
            "Example:",
            "  fli clone 'db@{2026-11-03 23:32}' db-tuesday",
            "  fli clone 'team/db@{tuesday 23:32}' db-tuesday"
        })
final class CloneCommand implements Callable<Integer> {
    private final Session session;

    CloneCommand(Session session) {
        this.session = session;
    }

    @Parameters(
            index = "0",
            paramLabel = "VOLUME[@REF]|REMOTE/NAME[@REF]",
            description = "What it begins with; of a remote without a REF the newest of its branch.")
    private String ref;

    @Parameters(index = "1", paramLabel = "NEW", description = "The new volume's name.")
    private String name;

    @Option(
            names = {"-o", "--opt"},
            paramLabel = "KEY=VALUE",
            description = "An option as of docker volume create; may be repeated.")
    private Map<String, String> options = Map.of();

    @Option(
            names = "--branch",
            paramLabel = "BRANCH",
            description = "From a remote: the branch there to go on with. Default: the REF, or main.")
    private Optional<String> branch = Optional.empty();

    @Override
    public Integer call() throws IOException, CommandException {
        if (RemotePlace.isMeant(ref)) {
            return cloneFrom(RemotePlace.ofSnapshot(ref));
        }
        if (branch.isPresent()) {
            throw CommandException.usage(
                    "--branch is for REMOTE/NAME: a volume from a snapshot of this host gets a branch" + " of its own");
        }
        NewVolume.refuseTaken(session, name);
        boolean taken = !Refs.namesSnapshot(ref);
        Snapshot snapshot = taken ? take() : Refs.resolve(session, ref);
        if (taken && !session.json()) {
            session.say("Took the snapshot " + ref + "@" + snapshot.shortId() + " first.");
        }
        Map<String, String> all = new LinkedHashMap<>(options);
        all.put("from", Refs.exact(ref, snapshot));
        JsonNode answer = NewVolume.create(session, name, all);
        if (session.json()) {
            session.say(answer);
        } else {
            session.say(name + ", from " + Refs.meant(session, snapshot));
        }
        return ExitCode.OK;
    }

    private int cloneFrom(RemotePlace place) throws IOException, CommandException {
        NewVolume.refuseTaken(session, name);
        ObjectNode body =
                Daemon.json().put("place", ref).put("zone", session.zone()).put("volume", name);
        if (!options.isEmpty()) {
            ObjectNode all = body.putObject("options");
            options.forEach(all::put);
        }
        branch.ifPresent(wanted -> body.put("branch", wanted));
        JsonNode answer = session.daemon().change("POST", Target.of("v1", "clone"), Optional.of(body));
        if (session.json()) {
            session.say(answer);
            return ExitCode.OK;
        }
        Pulled pulled = Pulled.of(answer);
        Volume volume = Volume.of(session.daemon().get(Target.of("v1", "volumes", name)));
        Snapshot snapshot = Refs.resolve(session, name + "@" + pulled.snapshot());
        session.say(Printable.of(
                name + ", from " + Refs.meant(session, snapshot) + " on " + place.remote() + "/" + pulled.name()));
        session.say(Printable.of(volume.branch()
                        .map(its -> "It works on the branch " + its + "; ")
                        .orElse("")
                + PullCommand.brought(pulled)));
        pulled.remarks().forEach(session::remark);
        return ExitCode.OK;
    }

    private Snapshot take() throws IOException {
        ObjectNode body = Daemon.json();
        body.putArray("volumes").add(ref);
        body.put("message", "cloned to " + name).put("author", session.around().author());
        List<Snapshot> taken =
                Snapshot.all(session.daemon().change("POST", Target.of("v1", "snapshots"), Optional.of(body)));
        return taken.getFirst();
    }
}
