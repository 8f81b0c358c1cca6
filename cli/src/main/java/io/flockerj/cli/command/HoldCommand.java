package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Snapshot;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli hold}. */
@Command(
        name = "hold",
        description = "Holds a snapshot, so that nothing removes it, or releases it again.",
        footer = {"", "Example:", "  fli hold db@before-upgrade"})
final class HoldCommand implements Callable<Integer> {
    private final Session session;

    HoldCommand(Session session) {
        this.session = session;
    }

    @Parameters(paramLabel = "VOLUME@REF", description = "The snapshot.")
    private String ref;

    @Option(names = "--release", description = "Release it.")
    private boolean release;

    @Override
    public Integer call() throws IOException {
        JsonNode answer = SnapshotChange.apply(session, ref, Daemon.json().put("held", !release));
        session.done(answer, (release ? "Released " : "Holds ") + Refs.meant(session, Snapshot.of(answer)));
        return ExitCode.OK;
    }
}
