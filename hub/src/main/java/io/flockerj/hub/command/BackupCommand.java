package io.flockerj.hub.command;

import io.flockerj.hub.database.Database;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flockerhub backup}. */
@Command(
        name = "backup",
        description = {
            "Copies the database as of one moment into a new directory, while the hub serves or not,",
            "with a list of what the storage holds. The storage itself is copied by other means, behind this:",
            "it is all that is needed to get volumes back, the database holds people, rights and the record."
        })
final class BackupCommand implements Callable<Integer> {
    private final Surroundings around;

    BackupCommand(Surroundings around) {
        this.around = around;
    }

    @Mixin
    private DataOptions data;

    @Parameters(paramLabel = "TARGET", description = "A directory that is not there yet.")
    private Path target;

    @Override
    public Integer call() throws Exception {
        if (data.isDatabaseElsewhere()) {
            throw new CommandException("a database of PostgreSQL is copied by pg_dump; copy the storage behind that,"
                    + " by its own means: what it holds more does no harm");
        }
        Backup backup = new Backup(target.toAbsolutePath());
        try (Database database = data.openPresentDatabase(around);
                StorageOptions.Opened storage = data.openPresentStorage(around)) {
            makeDirectory(backup);
            database.copyTo(backup.database());
            Backup.sync(backup.database());
            long objects = backup.writeManifest(storage.backend());
            Backup.sync(backup.directory());
            around.out()
                    .println("copied the database to " + backup.directory() + "; the storage holds " + objects
                            + " objects"
                            + (data.isStorageInBucket(around)
                                    ? ": copy what is in the bucket to another one now, by the store's means"
                                    : ""));
        }
        return CommandTree.OK;
    }

    private static void makeDirectory(Backup backup) throws Exception {
        try {
            Files.createDirectory(
                    backup.directory(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException _) {
            throw new CommandException(backup.directory() + " is there already: a backup replaces nothing");
        }
    }
}
