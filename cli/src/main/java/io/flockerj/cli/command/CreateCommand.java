package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Snapshot;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli create}. */
@Command(
        name = "create",
        description = "Makes a volume, empty or from a snapshot, as docker volume create does.",
        footer = {"", "Example:", "  fli create db -o size=10G"})
final class CreateCommand implements Callable<Integer> {
    private final Session session;

    CreateCommand(Session session) {
        this.session = session;
    }

    @Parameters(paramLabel = "NAME", description = "The volume's name.")
    private String name;

    @Option(names = "--from", paramLabel = "VOLUME@REF", description = "The snapshot that it begins with.")
    private Optional<String> from;

    @Option(
            names = {"-o", "--opt"},
            paramLabel = "KEY=VALUE",
            description = "An option as of docker volume create; may be repeated.")
    private Map<String, String> options = Map.of();

    @Override
    public Integer call() throws IOException, CommandException {
        Optional<String> ref = from.or(() -> Optional.ofNullable(options.get("from")));
        if (ref.filter(RemotePlace::isMeant).isPresent()) {
            throw CommandException.usage(ref.get() + " is a place on a remote; to make a volume from there: fli clone "
                    + ref.get() + " " + name);
        }
        Optional<Snapshot> snapshot =
                ref.isPresent() ? Optional.of(Refs.resolve(session, ref.get())) : Optional.empty();
        Map<String, String> all = new LinkedHashMap<>(options);
        snapshot.ifPresent(found -> all.put("from", Refs.exact(ref.orElse(""), found)));
        JsonNode answer = NewVolume.create(session, name, all);
        if (session.json()) {
            session.say(answer);
        } else {
            session.say(snapshot.map(found -> name + ", from " + Refs.meant(session, found))
                    .orElse(name));
        }
        return ExitCode.OK;
    }
}
