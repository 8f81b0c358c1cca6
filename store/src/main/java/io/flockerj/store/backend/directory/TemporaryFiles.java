package io.flockerj.store.backend.directory;

import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Supplier;

/** Files that are written under a name of their own, and get their real one when they are whole and durable. */
final class TemporaryFiles {
    /** What is older was left by a program that is gone. */
    static final Duration LONGEST_LIFE = Duration.ofDays(1);

    private final Path directory;
    private final Supplier<Id> ids;

    TemporaryFiles(Path directory, Supplier<Id> ids) {
        this.directory = directory;
        this.ids = ids;
    }

    /**
     * Makes a file with this content if there is none of that name. When this returns, whichever is there is durable.
     *
     * @return whether it was made
     */
    boolean publish(List<byte[]> content, Path file) throws IOException {
        return publishWritten(write(content), file);
    }

    /** As {@link #publish(List, Path)}, with what is in another file, which becomes this one where both are on one file system. */
    boolean publish(Path content, Path file) throws IOException {
        return publishWritten(take(content), file);
    }

    /** Makes a file with this content, in the place of the one that has its name, if there is one. When this returns, it is durable. */
    void replace(List<byte[]> content, Path file) throws IOException {
        Path written = write(content);
        try {
            Directories.create(Directories.above(file));
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Directories.sync(Directories.above(file));
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private boolean publishWritten(Path written, Path file) throws IOException {
        try {
            Directories.create(Directories.above(file));
            boolean made = link(written, file);
            Directories.sync(Directories.above(file));
            return made;
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private static boolean link(Path written, Path file) throws IOException {
        try {
            Files.createLink(file, written);
            return true;
        } catch (FileAlreadyExistsException e) {
            // On NFS a link may be made and its answer lost; asked again, the server says that there is one. The file
            // has then two.
            return Files.isSameFile(written, file);
        }
    }

    /** Tries whether files can have two names here, and removes what is left of programs that are gone. */
    void checkAndSweep() throws IOException {
        Path probe = write(List.of());
        Path second = probe.resolveSibling(ids.get().hex());
        try {
            checkLinks(probe, second);
            sweep(Files.getLastModifiedTime(probe));
        } finally {
            Files.deleteIfExists(second);
            Files.deleteIfExists(probe);
        }
    }

    private static void checkLinks(Path probe, Path second) throws IOException {
        String why;
        try {
            Files.createLink(second, probe);
            if (links(probe) == 2) {
                return;
            }
            why = "it counts no links";
        } catch (UnsupportedOperationException | FileSystemException e) {
            why = String.valueOf(e.getMessage());
        }
        throw new IOException("it cannot hold a remote, since files cannot be linked there (" + why
                + "); use a directory on another file system");
    }

    private void sweep(FileTime now) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                try {
                    if (isOld(Files.getLastModifiedTime(file), now)) {
                        Files.deleteIfExists(file);
                    }
                } catch (NoSuchFileException e) {
                    // Its owner was faster.
                }
            }
        }
    }

    /** Whether so much time has passed, by the clock of the file system, that nobody is still at it. */
    static boolean isOld(FileTime then, FileTime now) {
        return then.toInstant().plus(LONGEST_LIFE).isBefore(now.toInstant());
    }

    private Path write(List<byte[]> content) throws IOException {
        Path file = directory.resolve(ids.get().hex());
        boolean whole = false;
        try (FileChannel channel = FileChannel.open(
                file,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            for (byte[] piece : content) {
                ByteBuffer bytes = ByteBuffer.wrap(piece);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            channel.force(true);
            whole = true;
        } finally {
            if (!whole) {
                Files.deleteIfExists(file);
            }
        }
        return file;
    }

    private Path take(Path content) throws IOException {
        Path file = directory.resolve(ids.get().hex());
        boolean whole = false;
        try {
            try {
                Files.createLink(file, content);
            } catch (FileSystemException e) {
                // On another file system, as a rule; if it is for another reason, copying tells.
                Files.copy(content, file);
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            whole = true;
        } finally {
            if (!whole) {
                Files.deleteIfExists(file);
            }
        }
        return file;
    }

    private static int links(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:nlink");
    }
}
