package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Volume;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Sizes;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fli resize}. */
@Command(
        name = "resize",
        description = "Changes the size limit of a volume, also while containers run.",
        footer = {"", "Example:", "  fli resize db 40G"})
final class ResizeCommand implements Callable<Integer> {
    private final Session session;

    ResizeCommand(Session session) {
        this.session = session;
    }

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
    private String volume;

    @Parameters(index = "1", paramLabel = "SIZE", description = "Such as 512M, 40G (units of 1024), or none.")
    private String size;

    @Override
    public Integer call() throws IOException {
        JsonNode answer = session.daemon()
                .change(
                        "PATCH",
                        Target.of("v1", "volumes", volume),
                        Optional.of(Daemon.json().put("size", size)));
        Volume changed = Volume.of(answer);
        session.done(
                answer,
                volume + " may hold " + Sizes.text(changed.sizeLimit(), "as much as there is") + ", and takes "
                        + Sizes.text(changed.bytesUsed(), "an unknown size"));
        return ExitCode.OK;
    }
}
