package io.flockerj.cli.command;

import io.flockerj.cli.daemon.FileEntry;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Sizes;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Table.Cell;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli ls}. */
@Command(
        name = "ls",
        description = "Lists the files of a snapshot, or of a live volume, without mounting it.",
        footer = {"", "Example:", "  fli ls -l db@before-upgrade:/etc"})
final class LsCommand implements Callable<Integer> {
    private final Session session;

    LsCommand(Session session) {
        this.session = session;
    }

    @Parameters(paramLabel = "VOLUME[@REF][:PATH]", description = "What to list; without a REF the live volume.")
    private String text;

    @Option(names = "-l", description = "With mode, links, owner, size and time.")
    private boolean isLong;

    @Option(
            names = {"-R", "--recursive"},
            description = "What is in the directories below, too.")
    private boolean recursive;

    @Option(
            names = {"-d", "--directory"},
            description = "A directory itself, not what is in it.")
    private boolean self;

    @Override
    public Integer call() throws IOException, CommandException {
        Place place = Place.parse(text);
        Target target = place.target(session, "files");
        if (recursive) {
            target = target.with("recursive", "true");
        }
        if (self) {
            target = target.with("self", "true");
        }
        Table table = Table.of("", ">", ">", ">", ">", "", "");
        session.daemon().lines(target, line -> {
            session.around().out().check();
            if (session.json()) {
                session.say(line);
            } else if (isLong) {
                addTo(table, place, FileEntry.of(line));
            } else {
                FileEntry entry = FileEntry.of(line);
                session.say(session.paint(ink(entry), shown(place, entry)) + (entry.isDirectory() ? "/" : ""));
            }
        });
        session.say(table);
        return ExitCode.OK;
    }

    private void addTo(Table table, Place place, FileEntry entry) {
        table.row(
                Cell.of(FileMode.text(entry)),
                Cell.of(Long.toString(entry.links())),
                Cell.of(Long.toString(entry.uid())),
                Cell.of(Long.toString(entry.gid())),
                Cell.of(Sizes.text(entry.size())),
                Cell.of(session.times().local(entry.modifiedAt())),
                new Cell(
                        shown(place, entry)
                                + entry.target().map(target -> " -> " + target).orElse(""),
                        ink(entry)));
    }

    private static String shown(Place place, FileEntry entry) {
        String below = place.below(entry.path());
        return below.isEmpty() ? "/" : below;
    }

    private static Ink ink(FileEntry entry) {
        return entry.isDirectory() ? Ink.CYAN : Ink.PLAIN;
    }
}
