package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.daemon.Volume;
import io.flockerj.cli.http.Body;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Sizes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli import}. */
@Command(
        name = "import",
        description = {
            "Makes a volume from a directory, a tar file, or another driver's volume.",
            "It keeps every attribute."
        },
        footer = {"", "Example:", "  fli import docker:pgdata db -m 'as it was in the local volume'"})
final class ImportCommand implements Callable<Integer> {
    private final Session session;

    ImportCommand(Session session) {
        this.session = session;
    }

    @Parameters(index = "0", paramLabel = "SOURCE", description = "A directory, a tar file, - or docker:NAME.")
    private String source;

    @Parameters(index = "1", paramLabel = "NAME", description = "The new volume's name.")
    private String name;

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "Of the volume's first snapshot.")
    private Optional<String> message;

    @Option(
            names = {"-o", "--opt"},
            paramLabel = "KEY=VALUE",
            description = "An option as of docker volume create; may be repeated.")
    private Map<String, String> options = Map.of();

    @Override
    public Integer call() throws IOException, CommandException {
        Target target = Target.of("v1", "import").with("name", name);
        for (Map.Entry<String, String> option : options.entrySet()) {
            target = target.with("option", option.getKey() + "=" + option.getValue());
        }
        target = target.with("message", message).with("author", session.around().author());
        long bytes;
        JsonNode answer;
        try (TarSource tar = TarSource.open(session, source)) {
            Progress progress = new Progress(session, tar.length());
            answer = upload(tar, target, progress);
            bytes = progress.bytes();
            tar.leftOut().forEach(session::remark);
        }
        if (session.json()) {
            session.say(answer);
        } else {
            session.say(name + ", from " + source + ": " + Sizes.text(bytes) + " of tar"
                    + Volume.of(answer)
                            .lastSnapshot()
                            .map(id -> ", first snapshot " + Snapshot.shortId(id))
                            .orElse(", no snapshot yet; take one with: fli snapshot " + name));
        }
        return ExitCode.OK;
    }

    private JsonNode upload(TarSource tar, Target target, Progress progress) throws IOException {
        Target whole = tar.length().isPresent()
                ? target.with("bytes", Long.toString(tar.length().getAsLong()))
                : target;
        try {
            return session.daemon()
                    .upload(whole, Body.streamed("application/x-tar", out -> tar.writeTo(counted(out, progress))));
        } finally {
            progress.end();
        }
    }

    private static OutputStream counted(OutputStream out, Progress progress) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                out.write(b);
                progress.add(1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                progress.add(length);
            }
        };
    }
}
