package io.flockerj.plugin.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** Small files that are there entirely, or not at all, whatever happens meanwhile. */
public final class DurableFile {
    /** How a file's name ends while it is written; such a file is a left-over and may be deleted when nobody is writing. */
    public static final String TEMPORARY_SUFFIX = ".new";

    private DurableFile() {}

    /**
     * Writes a file, in place of the one that has its name. When this returns, the new content survives a loss of power; until
     * then, the old content does. Two threads may not write the same file at once.
     */
    public static void replace(Path file, byte[] content) throws IOException {
        replace(file, content, new SharedSync());
    }

    /**
     * Writes a file as {@link #replace(Path, byte[])} does.
     *
     * @param names is shared by all who change the names in the file's directory at the same time
     */
    public static void replace(Path file, byte[] content, SharedSync names) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
        Files.deleteIfExists(temporary);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.createFile(temporary, ownerOnly);
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        names.run(() -> syncDirectory(parent(file)));
    }

    /** Deletes a file if it is there; when this returns it stays deleted after a loss of power. */
    public static void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
        // Even if it was not there: perhaps it was deleted by a process that died before it got here.
        syncDirectory(parent(file));
    }

    /** Makes a directory, and those above it that are missing. When this returns, they survive a loss of power. */
    public static void createDirectories(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Path above = parent(directory);
            createDirectories(above);
            Files.createDirectories(directory);
            syncDirectory(above);
        }
    }

    /** Makes the names in a directory survive a loss of power. */
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.getParent(), "a file to be kept has a directory");
    }
}
