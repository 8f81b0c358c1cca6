package io.flockerj.hub.command;

import io.flockerj.hub.audit.AuditQuery;
import io.flockerj.hub.audit.AuditReader;
import io.flockerj.hub.database.Database;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flockerhub audit export}. */
@Command(
        name = "export",
        description = "Writes the record as lines of JSON, the oldest act first, behind a line for each chain.")
final class AuditExportCommand implements Callable<Integer> {
    private final Surroundings around;

    AuditExportCommand(Surroundings around) {
        this.around = around;
    }

    @Mixin
    private DataOptions data;

    @Option(names = "--from", paramLabel = "TIME", description = "The first moment, as 2026-11-03T23:32:00Z.")
    private Optional<Instant> from;

    @Option(names = "--until", paramLabel = "TIME", description = "The first moment that is too late.")
    private Optional<Instant> until;

    @Override
    public Integer call() throws Exception {
        try (Database database = data.openPresentDatabase(around)) {
            PrintWriter writer = new PrintWriter(around.out(), false, StandardCharsets.UTF_8);
            new AuditReader(database)
                    .export(new AuditQuery(Optional.empty(), Optional.empty(), Set.of(), from, until), writer);
            if (writer.checkError()) {
                throw new IOException("the export could not be written to its end");
            }
        }
        return CommandTree.OK;
    }
}
