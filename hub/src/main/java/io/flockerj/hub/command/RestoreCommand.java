package io.flockerj.hub.command;

import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseLocation;
import io.flockerj.hub.database.NewerDatabaseException;
import io.flockerj.hub.database.OlderDatabaseException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flockerhub restore}. */
@Command(
        name = "restore",
        description = {
            "Puts the database of a backup into the directory of a hub that has none, and tells what of the backup's"
                    + " list",
            "the storage lacks. The record then ends where the backup was made: 'flockerhub audit verify' tells so"
                    + " from then on.",
            "The storage is put back before this. Rights and tokens are those of then: look through them before the"
                    + " hub serves."
        })
final class RestoreCommand implements Callable<Integer> {
    private static final int MOST_SHOWN = 20;
    private static final List<String> SUFFIXES = List.of("", "-wal", "-shm", "-journal");

    private final Surroundings around;

    RestoreCommand(Surroundings around) {
        this.around = around;
    }

    @Mixin
    private DataOptions data;

    @Parameters(paramLabel = "BACKUP", description = "The directory of the backup.")
    private Path source;

    @Override
    public Integer call() throws Exception {
        if (data.isDatabaseElsewhere()) {
            throw new CommandException(
                    "a database of PostgreSQL is restored by pg_restore; put the storage back before a hub serves");
        }
        Backup backup = new Backup(source.toAbsolutePath());
        data.makeDirectory();
        try (FileChannel _ = data.lock();
                StorageOptions.Opened storage = data.openPresentStorage(around)) {
            refuseReplacing();
            Optional<String> remark = putInPlace(backup);
            Map<String, Long> missing = backup.missingIn(storage.backend());
            missing.keySet().stream()
                    .sorted()
                    .limit(MOST_SHOWN)
                    .forEach(name -> around.out().println("the storage lacks " + name));
            around.out()
                    .println("restored the database to " + data.databaseFile() + "; the storage lacks " + missing.size()
                            + " objects that it held then");
            remark.ifPresent(around.out()::println);
            return missing.isEmpty() ? CommandTree.OK : CommandTree.FAILED;
        }
    }

    /** A log that belongs to another database would be applied to this one. */
    private void refuseReplacing() throws CommandException {
        for (String suffix : SUFFIXES) {
            Path file = data.databaseFile().resolveSibling(data.databaseFile().getFileName() + suffix);
            if (Files.exists(file)) {
                throw new CommandException(file + " is there: a restore replaces nothing. Move it away first");
            }
        }
    }

    /** Tells what else is to be known of it. */
    private Optional<String> putInPlace(Backup backup) throws IOException, CommandException {
        Optional<String> remark;
        Path temporary = data.data().resolve("hub.db.restoring");
        removeTemporary(temporary);
        // For nobody else to read, whatever the mode of the backup: it holds hashes of passwords.
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (OutputStream copy = Files.newOutputStream(temporary, StandardOpenOption.WRITE)) {
                Files.copy(backup.database(), copy);
            }
            remark = requireWhole(new DatabaseLocation.SqliteFile(temporary));
            Backup.sync(temporary);
            Files.move(temporary, data.databaseFile());
        } finally {
            removeTemporary(temporary);
        }
        Backup.sync(data.data());
        return remark;
    }

    /** Whoever goes back to a backup may have the newest program only. */
    private static Optional<String> requireWhole(DatabaseLocation copy) throws IOException, CommandException {
        try (Database database = Database.openPresent(copy)) {
            requireNoProblems(database);
            return Optional.empty();
        } catch (OlderDatabaseException e) {
            requireWholeOlder(copy);
            return Optional.of(
                    "it has version " + e.found() + ", of an older flockerhub: 'flockerhub serve' of this one"
                            + " brings it to version " + e.needed() + " when it starts, for good");
        } catch (NewerDatabaseException e) {
            throw new CommandException("the database of the backup has version " + e.found() + ", this program knows"
                    + " versions up to " + e.known() + ": restore it by the flockerhub that has made the backup, or a"
                    + " newer one");
        }
    }

    private static void requireWholeOlder(DatabaseLocation copy) throws IOException, CommandException {
        try (Database database = Database.openOlder(copy)) {
            requireNoProblems(database);
        } catch (OlderDatabaseException _) {
            throw new CommandException("the database of the backup is empty");
        }
    }

    private static void requireNoProblems(Database database) throws IOException, CommandException {
        List<String> problems = database.problems();
        if (!problems.isEmpty()) {
            throw new CommandException("the database of the backup is broken: " + problems.getFirst());
        }
    }

    private static void removeTemporary(Path temporary) throws IOException {
        for (String suffix : SUFFIXES) {
            Files.deleteIfExists(temporary.resolveSibling(temporary.getFileName() + suffix));
        }
    }
}
