package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.daemon.Volume;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Sizes;
import io.flockerj.cli.text.Table.Cell;
import io.flockerj.cli.text.Times;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli show}. */
@Command(
        name = "show",
        description = "Shows all of one volume, or of one snapshot.",
        footer = {"", "Example:", "  fli show db@before-upgrade"})
final class ShowCommand implements Callable<Integer> {
    private final Session session;

    ShowCommand(Session session) {
        this.session = session;
    }

    @Parameters(paramLabel = "VOLUME[@REF]", description = "A volume, or one of its snapshots.")
    private String ref;

    @Option(names = "--volume", description = "The name is a volume's, even if there is an @ in it.")
    private boolean isVolume;

    @Override
    public Integer call() throws IOException {
        if (isVolume || !(Refs.namesSnapshot(ref) || LocalVolume.isMeant(ref))) {
            try (Holders holders = session.json() ? Holders.unknown() : Holders.ask(session.docker())) {
                show(session.daemon().get(Target.of("v1", "volumes", ref)), holders);
            }
        } else {
            JsonNode answer = Refs.askWithOwnBytes(session, ref);
            if (session.json()) {
                session.say(answer);
            } else {
                SnapshotText.details(session, Snapshot.of(answer)).say();
            }
        }
        return ExitCode.OK;
    }

    private void show(JsonNode answer, Holders holders) throws IOException {
        if (session.json()) {
            session.say(answer);
            return;
        }
        Volume volume = Volume.of(answer);
        Times times = session.times();
        new Details(session)
                .add("Volume", new Cell(volume.name(), Ink.BOLD))
                .add("Created", times.full(volume.createdAt()))
                .add(
                        "Volumeset",
                        volume.volumeset().name() + " "
                                + Snapshot.shortId(volume.volumeset().id()))
                .add("Branch", volume.branch().orElse("none before its first snapshot"))
                .add("Snapshots", Long.toString(volume.snapshots()))
                .add(
                        "Last",
                        volume.lastSnapshot()
                                .map(id -> Snapshot.shortId(id)
                                        + volume.lastSnapshotAt()
                                                .map(at -> " of " + times.full(at))
                                                .orElse("")))
                .add("Made from", volume.parent().map(Snapshot::shortId))
                .add("Driver", volume.driver())
                .add("Pool", volume.pool())
                .add(
                        "Used",
                        Sizes.text(volume.bytesUsed(), "unknown")
                                + volume.bytesUsedAt()
                                        .map(at -> ", as of " + times.age(at))
                                        .orElse(""))
                .add("Limit", Sizes.text(volume.sizeLimit(), "none"))
                .add("Access", volume.readOnly() ? "read-only" : "read and write")
                .add("Held by", holders.of(volume))
                .add("Mounted at", volume.mountPoint())
                .add("Options", options(volume))
                .say();
    }

    private static String options(Volume volume) {
        return volume.options().isEmpty()
                ? "none"
                : String.join(
                        ", ",
                        volume.options().entrySet().stream()
                                .map(each -> each.getKey() + "=" + each.getValue())
                                .toList());
    }
}
