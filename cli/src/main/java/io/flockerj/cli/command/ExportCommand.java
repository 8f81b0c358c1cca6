package io.flockerj.cli.command;

import io.flockerj.cli.http.Response;
import io.flockerj.cli.text.Sizes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli export}. */
@Command(
        name = "export",
        description = "Writes a snapshot, a live volume, or a part of it, as a tar stream with every attribute.",
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
                copy(response.body(), session.around().out());
                if (session.around().out().checkError()) {
                    throw CommandException.failed("the standard output took only a part of the archive");
                }
            } else {
                toFile(response.body(), session.local(output.get()), place);
            }
        }
        return ExitCode.OK;
    }

    private void toFile(InputStream body, Path file, Place place) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            long bytes;
            try (OutputStream out = Files.newOutputStream(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                bytes = copy(body, out);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            if (!session.json()) {
                session.say(place + " to " + file + ": " + Sizes.text(bytes));
            }
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private long copy(InputStream from, OutputStream to) throws IOException {
        Progress progress = new Progress(session, OptionalLong.empty());
        byte[] piece = new byte[PIECE];
        try {
            for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
                to.write(piece, 0, count);
                progress.add(count);
            }
        } finally {
            progress.end();
        }
        return progress.bytes();
    }
}
