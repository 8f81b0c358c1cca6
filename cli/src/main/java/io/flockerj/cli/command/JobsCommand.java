package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Job;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Sizes;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Table.Cell;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fli jobs}. */
@Command(
        name = "jobs",
        description = "Lists, shows, follows and cancels the daemon's work that takes long; alone it lists.",
        footer = {"", "Example:", "  fli jobs list"})
final class JobsCommand implements Callable<Integer> {
    private static final int LEAST_DIGITS = 4;

    private final Session session;

    JobsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        return list();
    }

    @Command(
            name = "list",
            description = "Lists what is under way, or has ended within the last hour.",
            footer = {"", "Example:", "  fli jobs list"})
    int list() throws IOException {
        JsonNode answer = session.daemon().get(Target.of("v1", "jobs"));
        if (session.json()) {
            session.say(answer);
            return ExitCode.OK;
        }
        Table table = Table.of("ID", "KIND", "OF", "STATE", "STARTED", ">ENTRIES", ">BYTES", ">LEFT");
        for (Job job : Job.all(answer)) {
            table.row(
                    new Cell(Snapshot.shortId(job.id()), Ink.YELLOW),
                    Cell.of(job.kind()),
                    Cell.of(job.subject()),
                    new Cell(job.state(), ink(job)),
                    Cell.of(session.times().age(job.startedAt())),
                    Cell.of(Long.toString(job.entries().done())),
                    Cell.of(Sizes.text(job.bytes().done())),
                    Cell.of(
                            job.remainingSeconds().isPresent()
                                    ? ProgressText.duration(
                                            job.remainingSeconds().getAsLong())
                                    : "-"));
        }
        session.say(table);
        return ExitCode.OK;
    }

    @Command(
            name = "show",
            description = "Shows one job.",
            footer = {"", "Example:", "  fli jobs show 5b2e"})
    int show(@Parameters(paramLabel = "ID", description = "As fli jobs list shows it.") String id)
            throws IOException, CommandException {
        JsonNode answer = session.daemon().get(Target.of("v1", "jobs", find(id)));
        if (session.json()) {
            session.say(answer);
            return ExitCode.OK;
        }
        Job job = Job.of(answer);
        new Details(session)
                .add("Job", new Cell(job.id(), Ink.YELLOW))
                .add("Kind", job.title())
                .add("State", new Cell(job.state(), ink(job)))
                .add("Started", session.times().full(job.startedAt()))
                .add("Ended", job.endedAt().map(session.times()::full))
                .add("Progress", ProgressText.of(job))
                .add("Error", job.error())
                .say();
        return ExitCode.OK;
    }

    @Command(
            name = "follow",
            description =
                    "Follows a job until it ends, and fails if the job does. With --json each line tells how far it is.",
            footer = {"", "Example:", "  fli jobs follow 5b2e"})
    int follow(@Parameters(paramLabel = "ID", description = "As fli jobs list shows it.") String id)
            throws IOException, CommandException {
        Daemon daemon = session.daemon();
        String whole = find(id);
        StatusLine status = new StatusLine(session);
        JsonNode ended;
        try {
            ended = daemon.follow(whole, line -> show(line, status));
        } finally {
            status.clear();
        }
        Job job = Job.of(ended);
        Daemon.outcome(ended);
        if (!session.json()) {
            session.say(Snapshot.shortId(whole) + ", " + job.title() + ": done");
        }
        return ExitCode.OK;
    }

    private void show(JsonNode line, StatusLine status) throws IOException {
        if (session.json()) {
            session.say(line);
            session.around().out().flush();
        } else {
            status.show(ProgressText.of(Job.of(line)));
        }
    }

    @Command(
            name = "cancel",
            description = "Cancels a job; what it has not finished is undone.",
            footer = {"", "Example:", "  fli jobs cancel 5b2e"})
    int cancel(@Parameters(paramLabel = "ID", description = "As fli jobs list shows it.") String id)
            throws IOException, CommandException {
        String whole = find(id);
        JsonNode answer = session.daemon().cancel(whole);
        session.done(answer, "Cancelled " + Snapshot.shortId(whole));
        return ExitCode.OK;
    }

    private String find(String id) throws IOException, CommandException {
        List<String> found = Job.all(session.daemon().get(Target.of("v1", "jobs"))).stream()
                .map(Job::id)
                .filter(each -> id.length() >= LEAST_DIGITS && each.startsWith(id))
                .toList();
        if (found.size() != 1) {
            throw CommandException.notFound(
                    (found.isEmpty() ? "there is no job " : "there are several jobs ") + id + "; see: fli jobs list");
        }
        return found.getFirst();
    }

    private static Ink ink(Job job) {
        return job.state().equals("failed") ? Ink.RED : Ink.PLAIN;
    }
}
