package io.flockerj.hub.command;

import io.flockerj.hub.audit.AuditCheck;
import io.flockerj.hub.audit.StoredHeads;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.people.Volumesets;
import io.flockerj.store.backend.StreamingBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flockerhub check}. */
@Command(
        name = "check",
        description = {
            "Looks whether the database is whole and the record is as it was written, while the hub serves or not.",
            "With --repositories, whether the storage holds all that snapshots need."
        })
final class CheckCommand implements Callable<Integer> {
    private static final int ALL = 100;

    private final Surroundings around;

    CheckCommand(Surroundings around) {
        this.around = around;
    }

    @Mixin
    private DataOptions data;

    @Option(
            names = "--repositories",
            description = "Look, too, whether the storage holds all that snapshots need, of all volumesets.")
    private boolean repositories;

    @Option(
            names = "--read-data",
            paramLabel = "PERCENT",
            description = "With --repositories: read so much of the content, too, and compare it.")
    private int percent;

    @Override
    public Integer call() throws Exception {
        if (percent < 0 || percent > ALL) {
            throw new CommandException("--read-data takes 0 to 100, not " + percent);
        }
        if (percent > 0 && !repositories) {
            throw new CommandException("--read-data goes with --repositories");
        }
        try (Database database = data.openPresentDatabase(around);
                StorageOptions.Opened storage = data.openPresentStorage(around)) {
            List<String> problems = database.problems();
            problems.forEach(problem -> around.out().println("database: " + problem));
            int audit = AuditVerifyCommand.report(
                    around, new AuditCheck(database, new StoredHeads(storage.backend(), around.ids())).run());
            int stored = repositories ? stored(database, storage.backend()) : CommandTree.OK;
            return problems.isEmpty() ? Math.max(audit, stored) : CommandTree.FAILED;
        }
    }

    private int stored(Database database, StreamingBackend storage) throws IOException {
        Path notes = data.data().resolve("check-" + around.ids().get().hex());
        return new RepositoriesCheck(around, storage, notes, percent)
                .run(new Volumesets(database, around.clock()).all());
    }
}
