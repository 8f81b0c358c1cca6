package io.flockerj.hub.command;

import io.flockerj.hub.audit.AuditCheck;
import io.flockerj.hub.audit.StoredHeads;
import io.flockerj.hub.database.Database;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flockerhub audit verify}. */
@Command(
        name = "verify",
        description = {
            "Looks whether the record is what hubs have written, while they serve or not.",
            "Each act is chained to the one before by its hash; how far each hub came is known to the storage as well."
        })
final class AuditVerifyCommand implements Callable<Integer> {
    private final Surroundings around;

    AuditVerifyCommand(Surroundings around) {
        this.around = around;
    }

    @Mixin
    private DataOptions data;

    @Override
    public Integer call() throws Exception {
        try (Database database = data.openPresentDatabase(around);
                StorageOptions.Opened storage = data.openPresentStorage(around)) {
            StoredHeads heads = new StoredHeads(storage.backend(), around.ids());
            return report(around, new AuditCheck(database, heads).run());
        }
    }

    static int report(Surroundings around, AuditCheck.Report report) {
        report.findings()
                .forEach(finding ->
                        around.out().println("chain " + finding.chain().abbreviated() + ": " + finding.text()));
        around.out()
                .println("%d acts in %d chains, %d of them not yet known to the storage: %s"
                        .formatted(
                                report.acts(),
                                report.chains(),
                                report.unattested(),
                                report.isGood()
                                        ? "as they were written"
                                        : report.findings().size() + " findings"));
        return report.isGood() ? CommandTree.OK : CommandTree.FAILED;
    }
}
