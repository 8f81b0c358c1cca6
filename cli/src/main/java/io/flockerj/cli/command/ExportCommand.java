package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.RefusedException;
import io.flockerj.cli.http.Response;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.local.NewFile;
import io.flockerj.cli.text.Sizes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli export}. */
@Command(
        name = "export",
        description = {
            "Writes a snapshot, a live volume, or a part of it, as a tar stream.",
            "It keeps every attribute."
        },
        footer = {"", "Example:", "  fli export db@before-upgrade | zstd > db.tar.zst"})
final class ExportCommand implements Callable<Integer> {
    private static final int PIECE = 64 * 1024;

    private final Session session;

    ExportCommand(Session session) {
        this.session = session;
    }

    @Parameters(paramLabel = "VOLUME[@REF][:PATH]", description = "What to write; without a REF the live volume.")
    private String text;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to; the standard output when left out. It is there when it is complete.")
    private Optional<String> output;

    @Override
    public Integer call() throws IOException, CommandException {
        Place place = Place.parse(text);
        if (output.isEmpty() && session.around().terminal().out()) {
            throw CommandException.usage("an archive is nothing for a terminal; say -o FILE, or send it into a pipe");
        }
        try (Response response = session.daemon().download(place.target(session, "tar"))) {
            if (output.isEmpty()) {
                Output out = session.around().out();
                copy(response.body(), out, out::check);
            } else {
                toFile(response.body(), session.local(output.get()), place);
            }
            Optional<String> job = response.header("flockerj-job");
            if (job.isPresent()) {
                tellLeftOut(job.get());
            }
        }
        return ExitCode.OK;
    }

    /** The archive is whole, and who asks too late for what is not in it does without an answer. */
    private void tellLeftOut(String job) throws IOException {
        JsonNode leftOut;
        try {
            leftOut = session.daemon()
                    .get(Target.of("v1", "jobs", job))
                    .path("result")
                    .path("leftOut");
        } catch (RefusedException e) {
            return;
        }
        tell(leftOut.path("sockets").asLong(), "socket", "sockets", "left out: an archive cannot hold them");
        tell(
                leftOut.path("marks").asLong(),
                "mark",
                "marks",
                "(immutable, append-only) left out: an archive cannot say them");
        tell(
                leftOut.path("attributes").asLong(),
                "extended attribute",
                "extended attributes",
                "left out: they mean something to their file system only");
    }

    private void tell(long count, String one, String many, String what) {
        if (count > 0) {
            session.remark(count + " " + (count == 1 ? one : many) + " " + what);
        }
    }

    private void toFile(InputStream body, Path file, Place place) throws IOException {
        long bytes;
        try (NewFile whole = NewFile.at(file)) {
            bytes = copy(body, whole.out(), () -> {});
            whole.complete();
        }
        if (!session.json()) {
            session.say(place + " to " + file + ": " + Sizes.text(bytes));
        }
    }

    /** Looks whether the pieces arrive. */
    @FunctionalInterface
    private interface Check {
        void run() throws IOException;
    }

    private long copy(InputStream from, OutputStream to, Check check) throws IOException {
        Progress progress = new Progress(session, OptionalLong.empty());
        byte[] piece = new byte[PIECE];
        try {
            for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
                to.write(piece, 0, count);
                check.run();
                progress.add(count);
            }
        } finally {
            progress.end();
        }
        return progress.bytes();
    }
}
