package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Snapshot;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli label}. */
@Command(
        name = "label",
        description = "Sets and removes labels of a snapshot, or its message; never what it holds.",
        footer = {"", "Example:", "  fli label db@latest build=1742 --rm draft"})
final class LabelCommand implements Callable<Integer> {
    private final Session session;

    LabelCommand(Session session) {
        this.session = session;
    }

    @Parameters(index = "0", paramLabel = "VOLUME@REF", description = "The snapshot.")
    private String ref;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "KEY=VALUE", description = "Labels to set.")
    private Map<String, String> labels = Map.of();

    @Option(names = "--rm", paramLabel = "KEY", description = "A label to remove; may be repeated.")
    private List<String> removed = List.of();

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "The new message.")
    private Optional<String> message;

    @Override
    public Integer call() throws IOException, CommandException {
        ObjectNode change = Daemon.json();
        if (!labels.isEmpty() || !removed.isEmpty()) {
            ObjectNode all = change.putObject("labels");
            labels.forEach(all::put);
            removed.forEach(all::putNull);
        }
        message.ifPresent(text -> change.put("message", text));
        if (change.isEmpty()) {
            throw CommandException.usage("nothing to change: give labels as KEY=VALUE, --rm KEY or -m TEXT");
        }
        JsonNode answer = SnapshotChange.apply(session, ref, change);
        if (session.json()) {
            session.say(answer);
        } else {
            SnapshotText.details(session, Snapshot.of(answer)).say();
        }
        return ExitCode.OK;
    }
}
