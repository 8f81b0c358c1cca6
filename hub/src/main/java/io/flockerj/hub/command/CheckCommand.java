package io.flockerj.hub.command;

import io.flockerj.hub.audit.AuditCheck;
import io.flockerj.hub.audit.StoredHeads;
import io.flockerj.hub.database.Database;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flockerhub check}. */
@Command(
        name = "check",
        description = {
            "Looks whether the database is whole and the record is as it was written, while the hub serves or not.",
            "What repositories hold is looked at by 'fli check'."
        })
final class CheckCommand implements Callable<Integer> {
    private final Surroundings around;

    CheckCommand(Surroundings around) {
        this.around = around;
    }

    @Mixin
    private DataOptions data;

    @Override
    public Integer call() throws Exception {
        try (Database database = data.openPresentDatabase(around);
                StorageOptions.Opened storage = data.openPresentStorage(around)) {
            List<String> problems = database.problems();
            problems.forEach(problem -> around.out().println("database: " + problem));
            int audit = AuditVerifyCommand.report(
                    around, new AuditCheck(database, new StoredHeads(storage.backend(), around.ids())).run());
            return problems.isEmpty() ? audit : CommandTree.FAILED;
        }
    }
}
