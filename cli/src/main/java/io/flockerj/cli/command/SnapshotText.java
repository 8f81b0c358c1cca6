package io.flockerj.cli.command;

import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.daemon.Snapshot.Group;
import io.flockerj.cli.daemon.Snapshot.Torn;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Sizes;
import io.flockerj.cli.text.Table.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a snapshot is shown. */
final class SnapshotText {
    private static final double NANOS_PER_MILLI = 1e6;

    private SnapshotText() {}

    static Cell id(Snapshot snapshot) {
        return new Cell(snapshot.shortId(), Ink.YELLOW);
    }

    /** The branches whose newest it is, its tags, what else is to be known at a glance, and last the remotes that hold it. */
    static Cell names(Snapshot snapshot) {
        List<String> names = new ArrayList<>(snapshot.heads());
        snapshot.tags().forEach(tag -> names.add("tag: " + tag));
        if (snapshot.held()) {
            names.add("held");
        }
        snapshot.torn().ifPresent(torn -> names.add(torn.files() + " torn"));
        String known = String.join(", ", names);
        if (snapshot.remotes().isEmpty()) {
            return new Cell(snapshot.isElsewhere() ? (known + " (not here)").strip() : known, Ink.GREEN);
        }
        String remotes = (snapshot.isElsewhere() ? "(only on " : "(") + String.join(", ", snapshot.remotes()) + ")";
        return new Cell((known + " " + remotes).strip(), Ink.GREEN);
    }

    /** The first line of the message, or what a rollback went back to. */
    static Cell title(Snapshot snapshot) {
        Optional<String> message =
                snapshot.message().flatMap(text -> text.lines().findFirst());
        return Cell.of(message.or(() -> snapshot.restoredFrom().map(from -> "back to " + Snapshot.shortId(from)))
                .orElse(""));
    }

    /** All of it. */
    static Details details(Session session, Snapshot snapshot) {
        Details details = new Details(session)
                .add("Snapshot", new Cell(snapshot.id(), Ink.YELLOW))
                .add("Time", session.times().full(snapshot.time()))
                .add(
                        "Volumeset",
                        snapshot.volumeset().name() + " "
                                + Snapshot.shortId(snapshot.volumeset().id()))
                .add("Taken of", snapshot.volume() + ", branch " + snapshot.branch())
                .add("Parent", snapshot.parent().map(Snapshot::shortId))
                .add("Back to", snapshot.restoredFrom().map(Snapshot::shortId))
                .add("Author", snapshot.author())
                .add("Message", snapshot.message())
                .add("Newest of", joined(snapshot.heads()))
                .add("Tags", joined(snapshot.tags()))
                .add(
                        "Labels",
                        joined(snapshot.labels().entrySet().stream()
                                .map(label -> label.getKey() + "=" + label.getValue())
                                .toList()))
                .add("Consistency", consistency(snapshot))
                .add("Remotes", joined(snapshot.remotes()))
                .add("Group", snapshot.group().map(SnapshotText::group))
                .add("Own bytes", Sizes.text(snapshot.ownBytes(), "unknown"));
        if (snapshot.held()) {
            details.add("Held", "yes: nothing removes it before fli hold --release");
        }
        if (snapshot.state().equals("trash")) {
            details.add("State", new Cell("in the trash; fli trash restore brings it back", Ink.RED));
        }
        if (snapshot.isElsewhere()) {
            details.add("State", "known from a remote, and not on this host; fli pull brings it");
        }
        return details;
    }

    private static Optional<String> joined(List<String> words) {
        return words.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", words));
    }

    private static String consistency(Snapshot snapshot) {
        return (snapshot.atomic() ? "atomic" : "not atomic: its parts were taken one after another")
                + (snapshot.paused() ? ", writers paused" : ", as after a loss of power")
                + snapshot.torn().map(torn -> "; " + torn(torn)).orElse("");
    }

    /** What is to be known of files that were never at rest. */
    static String torn(Torn torn) {
        String named = String.join(", ", torn.first());
        long more = torn.files() - torn.first().size();
        return (torn.files() == 1 ? "1 file was" : torn.files() + " files were")
                + " never at rest, and may be of several moments, or missing: " + named
                + (more > 0 ? " and " + more + " more" : "");
    }

    private static String group(Group group) {
        long hundredths = Math.round(group.gapNanos() / NANOS_PER_MILLI * 100);
        return Snapshot.shortId(group.id()) + ", number " + (group.index() + 1) + " of " + group.size() + ", "
                + hundredths / 100 + "." + (hundredths % 100 < 10 ? "0" : "") + hundredths % 100
                + " ms after the first";
    }
}
