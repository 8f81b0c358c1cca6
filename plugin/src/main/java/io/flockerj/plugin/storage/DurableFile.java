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

    /** A file could not be written anew, and is as it was. */
    public static final class UnchangedFileException extends IOException {
        private static final long serialVersionUID = 1;

        public UnchangedFileException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

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
     * @throws UnchangedFileException if the file is surely as it was; after any other failure it is the old or the new one
     */
    public static void replace(Path file, byte[] content, SharedSync names) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
        try {
            write(temporary, content);
        } catch (IOException e) {
            throw new UnchangedFileException(e);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        names.run(() -> syncDirectory(parent(file)));
    }

    private static void write(Path file, byte[] content) throws IOException {
        Files.deleteIfExists(file);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.createFile(file, ownerOnly);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /** Deletes a file if it is there; when this returns it stays deleted after a loss of power. */
    public static void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
        // Even if it was not there: perhaps it was deleted by a process that died before it got here.
        syncDirectory(parent(file));
    }

    /**
     * Gives a file a second name, which has to be free, in a directory that is made if need be. When this returns it survives a loss
     * of power.
     */
    public static void keep(Path file, Path aside) throws IOException {
        createDirectories(parent(aside));
        Files.createLink(aside, file);
        syncDirectory(parent(aside));
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
