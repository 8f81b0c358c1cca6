package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.daemon.Tag;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Table.Cell;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli tag}. */
@Command(
        name = "tag",
        description = "Lists, adds and removes the tags of a volume's history.",
        footer = {"", "Example:", "  fli tag add db@latest before-upgrade"})
final class TagCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "VOLUME", description = "Lists its tags, as fli tag list does.")
    private Optional<String> listed = Optional.empty();

    TagCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, CommandException {
        if (listed.isEmpty()) {
            throw CommandException.usage(
                    "of which volume? Its tags are listed by: fli tag VOLUME\nSee: fli tag --help");
        }
        return list(listed.get());
    }

    @Command(
            name = "list",
            description = "Lists the tags of a volume's volumeset.",
            footer = {"", "Example:", "  fli tag list db"})
    int list(@Parameters(paramLabel = "VOLUME", description = "A volume of the volumeset.") String volume)
            throws IOException {
        JsonNode answer = session.daemon().get(Target.of("v1", "volumes", volume, "tags"));
        if (session.json()) {
            session.say(answer);
            return ExitCode.OK;
        }
        Table table = Table.of("TAG", "SNAPSHOT");
        for (Tag tag : Tag.all(answer)) {
            table.row(new Cell(tag.name(), Ink.GREEN), new Cell(Snapshot.shortId(tag.snapshot()), Ink.YELLOW));
        }
        session.say(table);
        return ExitCode.OK;
    }

    @Command(
            name = "add",
            description = "Gives a snapshot a tag.",
            footer = {"", "Example:", "  fli tag add 'db@{2 hours ago}' good --move"})
    int add(
            @Parameters(paramLabel = "VOLUME[@REF]", description = "The snapshot.") String ref,
            @Parameters(paramLabel = "TAG", description = "The tag.") String tag,
            @Option(names = "--move", description = "Take the tag from the snapshot that has it.") boolean move)
            throws IOException {
        ObjectNode body = Daemon.json().put("ref", ref).put("zone", session.zone());
        if (move) {
            body.put("move", true);
        }
        JsonNode answer = session.daemon()
                .change("PUT", Target.of("v1", "volumes", Refs.volumeOf(ref), "tags", tag), Optional.of(body));
        session.done(answer, tag + " is now " + Refs.meant(session, Snapshot.of(answer)));
        return ExitCode.OK;
    }

    @Command(
            name = "rm",
            description = "Removes tags; the snapshots stay.",
            footer = {"", "Example:", "  fli tag rm db before-upgrade"})
    int remove(
            @Parameters(paramLabel = "VOLUME", description = "A volume of the volumeset.") String volume,
            @Parameters(arity = "1..*", paramLabel = "TAG", description = "The tags.") List<String> tags)
            throws IOException, CommandException {
        if (tags.stream().anyMatch(String::isBlank)) {
            throw CommandException.usage(
                    "a tag without a name is nobody's; none was removed. See: fli tag list " + volume);
        }
        for (String tag : tags) {
            JsonNode answer = session.daemon()
                    .change("DELETE", Target.of("v1", "volumes", volume, "tags", tag), Optional.empty());
            session.done(answer, "Removed the tag " + tag);
        }
        return ExitCode.OK;
    }
}
