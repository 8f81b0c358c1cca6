package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.docker.Docker;
import io.flockerj.cli.http.UnixHttp;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Printable;
import io.flockerj.cli.text.Style;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Times;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What all commands of one run share: whom they talk to, and how their answers look. */
public final class Session {
    private static final String DEFAULT_SOCKET = "/run/flockerj/control.sock";

    private final Surroundings around;
    private Optional<String> socket = Optional.empty();
    private boolean json;

    public Session(Surroundings around) {
        this.around = around;
    }

    void useSocket(String path) {
        socket = Optional.of(path);
    }

    void useJson(boolean wanted) {
        json = wanted;
    }

    Surroundings around() {
        return around;
    }

    /** Whether programs read the answer. */
    boolean json() {
        return json;
    }

    Daemon daemon() {
        String path = socket.or(() -> around.variable("FLOCKERJ_SOCKET")).orElse(DEFAULT_SOCKET);
        return new Daemon(
                new UnixHttp(around.directory().resolve(path), agent()),
                cancellation -> Attendance.begin(this, cancellation));
    }

    Docker docker() {
        return new Docker(around.variable("DOCKER_HOST"), agent());
    }

    /** What requests say of the program. */
    String agent() {
        return "fli/" + around.version();
    }

    /** The person's time zone, as refs are sent with. */
    String zone() {
        return around.zone().getId();
    }

    Times times() {
        return new Times(around.clock(), around.zone());
    }

    /** Of the standard output. */
    Style style() {
        boolean terminal = around.terminal().out();
        return new Style(terminal && colours(), terminal ? around.terminal().width() : Style.UNLIMITED);
    }

    /** <a href="https://no-color.org">NO_COLOR</a> is respected. */
    private boolean colours() {
        return around.variable("NO_COLOR").isEmpty()
                && !around.variable("TERM").orElse("").equals("dumb");
    }

    /**
     * Sees to it that the whole answer has arrived where it goes.
     *
     * @param status that the command has ended with
     * @return the status to end with
     */
    public int ended(int status) {
        Output out = around.out();
        out.flush();
        Optional<IOException> failure = out.failure();
        if (failure.isEmpty()) {
            return status;
        }
        if (Output.hasNoReader(failure.get())) {
            return status == ExitCode.OK ? ExitCode.NO_READER : status;
        }
        int told = tell(Failure.of(new Output.LostException(failure.get())));
        return status == ExitCode.OK ? told : status;
    }

    /** One line of the answer. */
    void say(String line) {
        around.out().println(line);
    }

    void say(Table table) {
        table.lines(style()).forEach(this::say);
    }

    /** The answer for programs: on one line. */
    void say(JsonNode answer) {
        around.out().println(answer);
    }

    /** What was done: the daemon's answer for programs, a sentence for people. */
    void done(JsonNode answer, String sentence) {
        if (json) {
            say(answer);
        } else {
            say(Printable.of(sentence));
        }
    }

    String paint(Ink ink, String text) {
        return style().paint(ink, Printable.of(text));
    }

    /** A remark for people, beside the answer. */
    void remark(String line) {
        around.err().println("fli: " + Printable.of(line));
    }

    /** A remark on what has gone wrong without keeping anything from what was asked for. */
    void remark(String what, Exception why) {
        remark(what + ": " + String.valueOf(why.getMessage()).replace("\n", "; "));
    }

    /** Tells programs, beside the answer, how far a job is: a line for each time. */
    void tellProgress(JsonNode job) {
        around.err().println(Daemon.json().set("progress", job).toString());
        around.err().flush();
    }

    /** Tells of a failure and answers with its exit code. */
    int tell(Failure failure) {
        if (json) {
            var error = Daemon.json();
            error.putObject("error").put("code", failure.code()).put("message", failure.message());
            around.err().println(error);
        } else {
            boolean colours = around.terminal().err() && colours();
            String safe = failure.message()
                    .lines()
                    .map(Printable::of)
                    .reduce((above, below) -> above + "\n" + below)
                    .orElse("");
            around.err()
                    .println((colours ? new Style(true, Style.UNLIMITED).paint(Ink.RED, "fli:") : "fli:") + " " + safe);
        }
        return failure.exitCode();
    }

    /** A path as the person means it. */
    Path local(String path) {
        return around.directory().resolve(path).normalize();
    }
}
