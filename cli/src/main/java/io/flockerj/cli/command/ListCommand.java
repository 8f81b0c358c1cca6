package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Volume;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Sizes;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Table.Cell;
import io.flockerj.cli.text.Times;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli list}. */
@Command(
        name = "list",
        description = "Lists the volumes.",
        footer = {"", "Example:", "  fli list 'db*' --sort used"})
final class ListCommand implements Callable<Integer> {
    enum Order {
        name,
        used,
        snapshots,
        last,
        created;

        Comparator<Volume> comparator() {
            return switch (this) {
                case name -> Comparator.comparing(Volume::name);
                case used ->
                    Comparator.comparingLong((Volume v) -> v.bytesUsed().orElse(-1))
                            .reversed();
                case snapshots -> Comparator.comparingLong(Volume::snapshots).reversed();
                case last ->
                    Comparator.comparing((Volume v) -> v.lastSnapshotAt().orElse(Instant.MIN))
                            .reversed();
                case created -> Comparator.comparing(Volume::createdAt).reversed();
            };
        }
    }

    private record Listed(Volume volume, JsonNode json) {}

    private final Session session;

    ListCommand(Session session) {
        this.session = session;
    }

    @Parameters(
            arity = "0..*",
            paramLabel = "PATTERN",
            description = "Only volumes with such names; * and ? as in a shell.")
    private List<String> patterns = List.of();

    @Option(
            names = "--sort",
            paramLabel = "BY",
            defaultValue = "name",
            description = "${COMPLETION-CANDIDATES}; the largest or latest first. Default: name.")
    private Order order;

    @Option(names = "--volumeset", paramLabel = "NAME", description = "Only volumes that work on this volumeset.")
    private Optional<String> volumeset;

    @Option(names = "--held", description = "Only volumes that something has mounted.")
    private boolean held;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only the names.")
    private boolean quiet;

    @Override
    public Integer call() throws IOException {
        boolean holdersAreShown = !session.json() && !quiet;
        try (Holders holders = holdersAreShown ? Holders.ask(session.docker()) : Holders.unknown()) {
            return list(holders);
        }
    }

    private int list(Holders holders) throws IOException {
        List<Listed> listed = listed(session.daemon().get(Target.of("v1", "volumes")));
        if (session.json()) {
            ObjectNode answer = Daemon.json();
            answer.putArray("volumes").addAll(listed.stream().map(Listed::json).toList());
            session.say(answer);
        } else if (quiet) {
            listed.forEach(
                    each -> session.say(session.paint(Ink.PLAIN, each.volume().name())));
        } else {
            session.say(table(listed, holders));
            if (listed.isEmpty() && !patterns.isEmpty()) {
                String others = held || volumeset.isPresent() ? "no such volume" : "no volume";
                session.remark(others + " is called " + String.join(" or ", patterns));
            }
        }
        return ExitCode.OK;
    }

    private List<Listed> listed(JsonNode answer) throws IOException {
        List<Volume> volumes = Volume.all(answer);
        List<Listed> listed = new ArrayList<>();
        for (int i = 0; i < volumes.size(); i++) {
            if (isWanted(volumes.get(i))) {
                listed.add(new Listed(volumes.get(i), answer.path("volumes").path(i)));
            }
        }
        listed.sort(Comparator.comparing(Listed::volume, order.comparator()));
        return listed;
    }

    private boolean isWanted(Volume volume) {
        return (patterns.isEmpty() || patterns.stream().anyMatch(pattern -> matches(pattern, volume.name())))
                && volumeset.map(name -> volume.volumeset().name().equals(name)).orElse(true)
                && (!held || volume.mountsHeld() > 0);
    }

    private static boolean matches(String glob, String name) {
        StringBuilder regex = new StringBuilder();
        for (String part : glob.split("(?<=[*?])|(?=[*?])", -1)) {
            regex.append(part.equals("*") ? ".*" : part.equals("?") ? "." : Pattern.quote(part));
        }
        return name.matches(regex.toString());
    }

    private Table table(List<Listed> listed, Holders holders) {
        Times times = session.times();
        Table table =
                Table.of("VOLUME", "BRANCH", "DRIVER", ">USED", "AS OF", ">LIMIT", ">SNAPSHOTS", "LAST", "HELD BY");
        for (Listed each : listed) {
            Volume volume = each.volume();
            table.row(
                    Cell.of(volume.name()),
                    new Cell(volume.branch().orElse("-"), Ink.GREEN),
                    Cell.of(volume.driver() + (volume.readOnly() ? ", read-only" : "")),
                    Cell.of(Sizes.text(volume.bytesUsed(), "-")),
                    new Cell(volume.bytesUsedAt().map(times::shortAge).orElse("-"), Ink.DIM),
                    Cell.of(Sizes.text(volume.sizeLimit(), "-")),
                    Cell.of(Long.toString(volume.snapshots())),
                    Cell.of(volume.lastSnapshotAt().map(times::shortAge).orElse("-")),
                    Cell.of(holders.of(volume)));
        }
        return table;
    }
}
