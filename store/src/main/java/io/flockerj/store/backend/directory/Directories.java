package io.flockerj.store.backend.directory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** Directories whose names survive a loss of power. */
final class Directories {
    private Directories() {}

    /** Makes a directory for its owner alone, and those above it that are missing. */
    static void create(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path above = above(directory);
        create(above);
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
        sync(above);
    }

    /** Makes the names in a directory survive a loss of power. */
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The same, if the directory has not been removed meanwhile. */
    static void syncIfThere(Path directory) throws IOException {
        try {
            sync(directory);
        } catch (NoSuchFileException e) {
            // Its own removal is synced by whoever removed it.
        }
    }

    static Path above(Path path) {
        return Objects.requireNonNull(path.toAbsolutePath().getParent(), "something below a directory");
    }
}
