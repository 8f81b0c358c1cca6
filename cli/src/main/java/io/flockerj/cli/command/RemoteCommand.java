package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Remote;
import io.flockerj.cli.daemon.RemoteRef;
import io.flockerj.cli.daemon.RemoteVolumeset;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Table.Cell;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli remote}. */
@Command(
        name = "remote",
        description = "Adds, lists, shows and removes the places to push to and pull from; alone it lists.",
        footer = {"", "Example:", "  fli remote add team file:///mnt/nas/flockerj"})
final class RemoteCommand implements Callable<Integer> {
    private final Session session;

    RemoteCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        return list();
    }

    @Command(
            name = "add",
            description = {
                "Adds a remote, so that volumes can be pushed to it and pulled from it by its name.",
                "An empty place becomes one; what another host has made one is used as it is."
            },
            footer = {
                "",
                "Example:",
                "  fli remote add nas file:///mnt/nas/flockerj",
                "  fli remote add store s3://bucket/prefix -o endpoint=https://s3.example:9000",
                "  fli remote add team https://hub.example/team",
                "",
                "Credentials of a bucket stand in a file or in the daemon's environment: docs/remotes.md.",
                "At a hub that you are signed in to, the daemon gets a token of its own, for that owner only."
            })
    int add(
            @Parameters(paramLabel = "NAME", description = "What it is to be called on this host.") String name,
            @Parameters(
                            paramLabel = "URL",
                            description = "Where it is: file:///DIRECTORY, with the whole path, s3://BUCKET/PREFIX, or"
                                    + " https://HUB/OWNER.")
                    String url,
            @Option(
                            names = {"-o", "--opt"},
                            paramLabel = "KEY=VALUE",
                            description = "How it is reached; never a secret. May be repeated.")
                    Map<String, String> options,
            @Option(names = "--read-only", description = "At a hub: with a token that lets read only.")
                    boolean readOnly)
            throws IOException, CommandException {
        Map<String, String> given = options == null ? Map.of() : options;
        Optional<RemoteToken> token = RemoteToken.make(session, name, url, given, readOnly);
        try (RemoteToken.Keeping keeping = RemoteToken.Keeping.of(session, token)) {
            ObjectNode body = Daemon.json().put("name", name).put("url", url);
            Map<String, String> all = token.map(made -> made.options(given)).orElse(given);
            if (!all.isEmpty()) {
                all.forEach(body.putObject("options")::put);
            }
            token.ifPresent(made -> made.into(body));
            JsonNode answer = session.daemon().change("POST", Target.of("v1", "remotes"), Optional.of(body));
            keeping.kept();
            session.done(
                    answer,
                    "Added the remote " + name + ", at " + Remote.of(answer).url()
                            + token.map(made -> ", with " + made).orElse(""));
        }
        return ExitCode.OK;
    }

    @Command(
            name = "list",
            description = "Lists the remotes.",
            footer = {"", "Example:", "  fli remote list"})
    int list() throws IOException {
        JsonNode answer = session.daemon().get(Target.of("v1", "remotes"));
        if (session.json()) {
            session.say(answer);
            return ExitCode.OK;
        }
        Table table = Table.of("REMOTE", "URL", "ADDED");
        for (Remote remote : Remote.all(answer)) {
            table.row(
                    new Cell(remote.name(), Ink.GREEN),
                    Cell.of(remote.url()),
                    Cell.of(session.times().age(remote.addedAt())));
        }
        session.say(table);
        return ExitCode.OK;
    }

    @Command(
            name = "show",
            description = "Shows a remote, and asks it for its volumesets with their branches and tags.",
            footer = {"", "Example:", "  fli remote show team"})
    int show(@Parameters(paramLabel = "REMOTE", description = "The remote.") String name) throws IOException {
        JsonNode known = session.daemon().get(Target.of("v1", "remotes", name));
        if (!session.json()) {
            details(Remote.of(known)).say();
            session.around().out().flush();
        }
        JsonNode there;
        try {
            there = session.daemon().change("POST", Target.of("v1", "remotes", name, "list"), Optional.empty());
        } catch (IOException e) {
            // What is known of it is worth showing when it cannot be reached, too.
            if (session.json()) {
                session.say(whole(known, Optional.empty()));
            }
            return session.tell(Failure.of(e));
        }
        if (session.json()) {
            session.say(whole(known, Optional.of(there)));
        } else {
            session.say("");
            session.say(refs(name, RemoteVolumeset.all(there)));
        }
        return ExitCode.OK;
    }

    private Details details(Remote remote) {
        List<String> options = remote.options().entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .toList();
        return new Details(session)
                .add("Remote", new Cell(remote.name(), Ink.BOLD))
                .add("URL", remote.url())
                .add("Id", remote.id())
                .add("Added", session.times().full(remote.addedAt()))
                .add("Options", options.isEmpty() ? "none" : String.join(", ", options))
                .add("Token", remote.token().map(called -> called + ", which the daemon keeps"));
    }

    private static Table refs(String remote, List<RemoteVolumeset> volumesets) {
        Table table = Table.of("VOLUMESET", "NAME", "SNAPSHOT");
        for (RemoteVolumeset volumeset : volumesets) {
            String place = remote + "/" + volumeset.name();
            if (volumeset.branches().isEmpty() && volumeset.tags().isEmpty()) {
                table.row(place, "-", "-");
            }
            volumeset.branches().forEach(branch -> row(table, place, branch.name(), branch));
            volumeset.tags().forEach(tag -> row(table, place, "tag: " + tag.name(), tag));
        }
        return table;
    }

    private static void row(Table table, String place, String name, RemoteRef ref) {
        table.row(Cell.of(place), new Cell(name, Ink.GREEN), new Cell(Snapshot.shortId(ref.snapshot()), Ink.YELLOW));
    }

    /** Two answers in one object; the volumesets are null where the remote did not answer. */
    private static ObjectNode whole(JsonNode known, Optional<JsonNode> there) {
        ObjectNode whole = Daemon.json();
        known.properties().forEach(field -> whole.set(field.getKey(), field.getValue()));
        if (there.isPresent()) {
            return whole.set("volumesets", there.get().path("volumesets"));
        }
        return whole.putNull("volumesets");
    }

    @Command(
            name = "remove",
            aliases = "rm",
            description = {
                "Forgets remotes; what lies there stays there.",
                "The token that the daemon has at a hub for one is revoked."
            },
            footer = {"", "Example:", "  fli remote remove team"})
    int remove(@Parameters(arity = "1..*", paramLabel = "REMOTE", description = "The remotes.") List<String> names)
            throws IOException {
        for (String name : names) {
            JsonNode answer = session.daemon().change("DELETE", Target.of("v1", "remotes", name), Optional.empty());
            session.done(answer, "Forgot the remote " + name + "; what lies there stays there");
            if (!session.json()) {
                answer.path("remarks").forEach(remark -> session.remark(remark.asText()));
            }
        }
        return ExitCode.OK;
    }
}
