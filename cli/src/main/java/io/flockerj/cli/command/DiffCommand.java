package io.flockerj.cli.command;

import io.flockerj.cli.daemon.Change;
import io.flockerj.cli.daemon.Change.Kind;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Sizes;
import io.flockerj.cli.text.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli diff}. */
@Command(
        name = "diff",
        description = {
            "Tells what is different between two snapshots, or a snapshot and the live volume:",
            "added (A), removed (D), changed (M) and renamed (R) files. A path has a slash in it."
        },
        footer = {"", "Example:", "  fli diff db@before-upgrade /etc --content"})
final class DiffCommand implements Callable<Integer> {
    private final Session session;
    private final Map<Kind, long[]> totals = new EnumMap<>(Kind.class);

    DiffCommand(Session session) {
        this.session = session;
    }

    @Parameters(index = "0", paramLabel = "A", description = "A snapshot, VOLUME[@REF].")
    private String from;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "B|PATH",
            description =
                    "Another snapshot; the live volume when left out. Then only what lies at or below these paths.")
    private List<String> rest = List.of();

    @ArgGroup
    private How how = new How();

    /** Only one of them. */
    static final class How {
        @Option(names = "--stat", description = "Only how many, and how much.")
        private boolean stat;

        @Option(names = "--name-only", description = "Only the paths.")
        private boolean nameOnly;

        @Option(names = "--content", description = "Also the lines in which text files differ.")
        private boolean content;
    }

    @Override
    public Integer call() throws IOException, CommandException {
        refusePlace(from, "");
        if (!rest.isEmpty()) {
            refusePlace(rest.getFirst(), from);
        }
        List<String> paths = new ArrayList<>(rest);
        String to = paths.isEmpty() || isPath(paths.getFirst()) ? "" : paths.removeFirst();
        Target target = Target.of("v1", "diff").with("from", from);
        if (!to.isEmpty()) {
            target = target.with("to", to);
        }
        target = target.with("zone", session.zone());
        for (String path : paths) {
            target = target.with("path", path);
        }
        ContentDiff content = new ContentDiff(session, from, to.isEmpty() ? Refs.volumeOf(from) + "@live" : to);
        List<Change> texts = new ArrayList<>();
        session.daemon().lines(target, line -> {
            session.around().out().check();
            if (session.json()) {
                session.say(line);
            } else {
                Change change = Change.of(line);
                show(change);
                if (how.content
                        && change.aspects().contains("content")
                        && change.type().equals("file")) {
                    texts.add(change);
                }
            }
        });
        for (Change change : texts) {
            content.show(change);
        }
        if (!session.json() && !how.nameOnly) {
            sum();
        }
        return ExitCode.OK;
    }

    /** No volume, and no ref but a time with a zone, has a slash in it. */
    private static boolean isPath(String text) {
        int time = text.indexOf("@{");
        return (time < 0 ? text : text.substring(0, time)).indexOf('/') >= 0;
    }

    /** @param before what is compared with it, if anything is */
    private static void refusePlace(String text, String before) throws CommandException {
        if (!Place.isMeant(text)) {
            return;
        }
        Place place = Place.parse(text);
        List<String> right = new ArrayList<>(List.of(before));
        if (!place.isLive()) {
            right.add(place.ref());
        } else if (before.isEmpty()) {
            right.add(place.volume());
        } else if (!Refs.volumeOf(before).equals(place.volume())) {
            right.add(place.volume() + "@live");
        }
        right.add(place.path());
        right.removeIf(String::isEmpty);
        throw CommandException.usage(
                "the path of " + text + " goes behind what is compared, as: fli diff " + String.join(" ", right));
    }

    private void show(Change change) {
        long[] total = totals.computeIfAbsent(change.kind(), none -> new long[2]);
        total[0]++;
        total[1] += change.growth();
        if (how.nameOnly) {
            session.say(session.paint(Ink.PLAIN, change.path()));
        } else if (!how.stat) {
            String path = change.oldPath().map(old -> old + " -> ").orElse("")
                    + change.path()
                    + (change.type().equals("directory") ? "/" : "");
            session.say(session.paint(ink(change.kind()), change.kind().letter() + "  " + path) + detail(change));
        }
    }

    private String detail(Change change) {
        List<String> details = new ArrayList<>();
        switch (change.kind()) {
            case added -> change.size().ifPresent(size -> details.add(Sizes.text(size)));
            case removed -> change.oldSize().ifPresent(size -> details.add(Sizes.text(size)));
            case changed, renamed -> {
                if (!change.aspects().isEmpty()) {
                    details.add(String.join(", ", change.aspects()));
                }
                if (!change.oldSize().equals(change.size())) {
                    details.add(Sizes.text(change.oldSize(), "?") + " -> " + Sizes.text(change.size(), "?"));
                }
            }
        }
        boolean plainDirectory = change.type().equals("directory") && change.kind() != Kind.changed;
        return details.isEmpty() || plainDirectory
                ? ""
                : "  " + session.paint(Ink.DIM, "(" + String.join("; ", details) + ")");
    }

    private static Ink ink(Kind kind) {
        return switch (kind) {
            case added -> Ink.GREEN;
            case removed -> Ink.RED;
            case changed -> Ink.YELLOW;
            case renamed -> Ink.CYAN;
        };
    }

    private void sum() {
        if (totals.isEmpty()) {
            session.say("No difference");
            return;
        }
        if (how.stat) {
            Table table = Table.of("", ">", ">");
            totals.forEach((kind, total) -> table.row(kind.name(), Long.toString(total[0]), Sizes.change(total[1])));
            session.say(table);
            return;
        }
        List<String> parts = new ArrayList<>();
        totals.forEach((kind, total) -> parts.add(total[0] + " " + kind.name() + " (" + Sizes.change(total[1]) + ")"));
        session.say(String.join(", ", parts));
    }
}
