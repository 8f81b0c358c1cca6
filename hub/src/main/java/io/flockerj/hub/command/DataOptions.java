package io.flockerj.hub.command;

import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.hub.database.DatabaseLocation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a hub keeps what it knows. */
final class DataOptions {
    private static final String PASSWORD = "FLOCKERHUB_DATABASE_PASSWORD";
    private static final long LONGEST_PASSWORD_FILE = 4096;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "The directory of this hub: its database and its storage, unless they are elsewhere.")
    private Path data;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = {
                "postgresql://USER@HOST/DATABASE instead of a file in the directory.",
                "Its password comes from --database-password-file or " + PASSWORD + "."
            })
    private Optional<String> database;

    @Option(
            names = "--database-password-file",
            paramLabel = "FILE",
            description = "A file with the password of the database.")
    private Optional<Path> passwordFile;

    @Mixin
    private StorageOptions storage;

    Path data() {
        return data.toAbsolutePath().normalize();
    }

    /** Makes the directory, for nobody else to look into. */
    void makeDirectory() throws IOException {
        if (!Files.isDirectory(data())) {
            Files.createDirectories(
                    data(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private void requireDirectory() throws CommandException {
        if (!Files.isDirectory(data())) {
            throw new CommandException("there is no directory " + data() + ": 'flockerhub serve' makes one");
        }
    }

    /** Keeps other programs from serving, or from restoring, as long as it is not closed. */
    FileChannel lock() throws IOException, CommandException {
        FileChannel channel =
                FileChannel.open(data().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException _) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new CommandException("another flockerhub works with " + data() + ": end it first");
        }
        return channel;
    }

    Path databaseFile() {
        return data().resolve("hub.db");
    }

    boolean isDatabaseFileThere() {
        return !isDatabaseElsewhere() && Files.exists(databaseFile());
    }

    boolean isDatabaseElsewhere() {
        return database.isPresent();
    }

    private DatabaseLocation location(Surroundings around) throws IOException, CommandException {
        if (database.isEmpty()) {
            return new DatabaseLocation.SqliteFile(databaseFile());
        }
        try {
            return DatabaseLocation.parse(database.get(), password(around));
        } catch (IllegalArgumentException e) {
            throw new CommandException("--database: " + e.getMessage());
        }
    }

    private Optional<String> password(Surroundings around) throws IOException, CommandException {
        if (passwordFile.isEmpty()) {
            return Optional.ofNullable(around.environment().get(PASSWORD));
        }
        if (Files.size(passwordFile.get()) > LONGEST_PASSWORD_FILE) {
            throw new CommandException(
                    "--database-password-file: " + passwordFile.get() + " is too long to hold a password");
        }
        return Optional.of(Files.readString(passwordFile.get()).strip());
    }

    /** Opens the database, which is made if there is none, and brought to the version of this program. */
    Database openDatabase(Surroundings around) throws IOException, CommandException {
        return Database.open(location(around));
    }

    /** Opens the database that is there, if it has the version of this program. */
    Database openPresentDatabase(Surroundings around) throws IOException, CommandException {
        requireDirectory();
        if (!isDatabaseElsewhere() && !Files.exists(databaseFile())) {
            throw new DatabaseException(
                    "there is no database " + databaseFile() + ": is --data right, or is --database missing?");
        }
        return Database.openPresent(location(around));
    }

    /** Opens the storage to serve from it; see {@link StorageOptions#open}. */
    StorageOptions.Opened openStorage(Surroundings around) throws IOException, CommandException {
        return storage.open(around, usualStorage());
    }

    /** Opens the storage that is there. */
    StorageOptions.Opened openPresentStorage(Surroundings around) throws IOException, CommandException {
        return storage.openPresent(around, usualStorage());
    }

    /** Whether the storage is in a bucket. */
    boolean isStorageInBucket(Surroundings around) {
        return storage.isBucket(around);
    }

    private Path usualStorage() {
        return data().resolve("storage");
    }
}
