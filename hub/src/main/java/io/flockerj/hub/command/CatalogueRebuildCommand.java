package io.flockerj.hub.command;

import io.flockerj.hub.catalogue.Catalogue;
import io.flockerj.hub.catalogue.Stored;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.guard.ReadGate;
import io.flockerj.hub.people.Volumesets;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flockerhub catalogue rebuild}. */
@Command(
        name = "rebuild",
        description = {
            "Makes the catalogue of branches, tags and snapshots anew from the storage, while the hub serves or not.",
            "Until it is done with a volumeset, the hub shows less of that, or says that it is still reading."
        })
final class CatalogueRebuildCommand implements Callable<Integer> {
    private final Surroundings around;

    CatalogueRebuildCommand(Surroundings around) {
        this.around = around;
    }

    @Mixin
    private DataOptions data;

    @Override
    public Integer call() throws Exception {
        int done = 0;
        int failed = 0;
        try (Database database = data.openPresentDatabase(around);
                StorageOptions.Opened storage = data.openPresentStorage(around)) {
            Catalogue catalogue = new Catalogue(database, around.clock());
            for (Volumesets.Known known : new Volumesets(database, around.clock()).all()) {
                try {
                    catalogue.rebuild(
                            ReadGate.remote(storage.backend(), known.name().owner()),
                            new Stored(known.name().owner(), known.id()));
                    done++;
                } catch (IOException e) {
                    failed++;
                    around.out().println(known.name() + ": " + e.getMessage());
                }
            }
        }
        around.out().println("rebuilt the catalogue of " + done + " volumesets; " + failed + " failed");
        return failed == 0 ? CommandTree.OK : CommandTree.FAILED;
    }
}
