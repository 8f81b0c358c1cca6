package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.http.Target;
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
            "Makes a volume from a snapshot, on a branch of its own.",
            "Of a volume without a REF it takes a snapshot first."
        },
        footer = {"", "Example:", "  fli clone 'db@{2026-11-03 23:32}' db-tuesday"})
final class CloneCommand implements Callable<Integer> {
    private final Session session;

    CloneCommand(Session session) {
        this.session = session;
    }

    @Parameters(index = "0", paramLabel = "VOLUME[@REF]", description = "What it begins with.")
    private String ref;

    @Parameters(index = "1", paramLabel = "NEW", description = "The new volume's name.")
    private String name;

    @Option(
            names = {"-o", "--opt"},
            paramLabel = "KEY=VALUE",
            description = "An option as of docker volume create; may be repeated.")
    private Map<String, String> options = Map.of();

    @Override
    public Integer call() throws IOException, CommandException {
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

    private Snapshot take() throws IOException {
        ObjectNode body = Daemon.json();
        body.putArray("volumes").add(ref);
        body.put("message", "cloned to " + name).put("author", session.around().author());
        List<Snapshot> taken =
                Snapshot.all(session.daemon().change("POST", Target.of("v1", "snapshots"), Optional.of(body)));
        return taken.getFirst();
    }
}
