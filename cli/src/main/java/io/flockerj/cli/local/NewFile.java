package io.flockerj.cli.local;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A file that appears when it is complete, and until then is its owner's only. Closed before that, it leaves nothing, and what
 * was there stays; so does a process that a signal ends. What is no regular file, such as a device or a pipe, is written to as it is.
 */
public final class NewFile implements Closeable {
    /** Of what is nobody else's yet. */
    public static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** MAXSYMLINKS of the kernel, include/linux/namei.h. */
    private static final int MOST_LINKS = 40;

    private final Path place;
    private final Optional<Path> partial;
    private final boolean mayReplace;
    private final FileChannel channel;

    private NewFile(Path place, Optional<Path> partial, boolean mayReplace, FileChannel channel) {
        this.place = place;
        this.partial = partial;
        this.mayReplace = mayReplace;
        this.channel = channel;
    }

    /** At this place, or where a link there leads to; a file that is there is replaced. */
    public static NewFile at(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "it is a directory");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return new NewFile(file, Optional.empty(), true, FileChannel.open(file, StandardOpenOption.WRITE));
        }
        return beside(Files.exists(file) ? file.toRealPath() : linked(file), true);
    }

    /** Where nothing is. */
    public static NewFile fresh(Path file) throws IOException {
        return beside(file, false);
    }

    private static NewFile beside(Path place, boolean mayReplace) throws IOException {
        Path partial = place.resolveSibling(".fli-" + ProcessHandle.current().pid() + ".partial");
        return new NewFile(place, Optional.of(partial), mayReplace, Partials.open(partial, PRIVATE));
    }

    /** Where a link leads to that leads to nothing yet. */
    private static Path linked(Path file) throws IOException {
        Path place = file;
        for (int i = 0; Files.isSymbolicLink(place); i++) {
            if (i == MOST_LINKS) {
                throw new FileSystemException(file.toString(), null, "too many links");
            }
            place = place.resolveSibling(Files.readSymbolicLink(place));
        }
        return place;
    }

    public OutputStream out() {
        return Channels.newOutputStream(channel);
    }

    /** All of it has been written: it takes its place, as whoever may do so with it would have made it. */
    public void complete() throws IOException {
        if (partial.isPresent()) {
            channel.force(true);
            settle(
                    Files.exists(place, LinkOption.NOFOLLOW_LINKS)
                            ? Files.getPosixFilePermissions(place)
                            : Umask.ofFiles(),
                    Optional.empty());
        }
    }

    /** The same, for its owner only, whatever was there. */
    public void completePrivately() throws IOException {
        if (partial.isPresent()) {
            channel.force(true);
            settle(PRIVATE.value(), Optional.empty());
        }
    }

    /** The same with these permissions and this time of change. */
    public void complete(Set<PosixFilePermission> permissions, FileTime modified) throws IOException {
        if (partial.isPresent()) {
            settle(permissions, Optional.of(modified));
        }
    }

    private void settle(Set<PosixFilePermission> permissions, Optional<FileTime> modified) throws IOException {
        channel.close();
        Path file = partial.orElseThrow();
        if (modified.isPresent()) {
            Files.setLastModifiedTime(file, modified.get());
        }
        Files.setPosixFilePermissions(file, permissions);
        if (mayReplace) {
            Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
        } else {
            Files.move(file, place);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (partial.isPresent()) {
            Partials.remove(partial.get());
        }
    }
}
