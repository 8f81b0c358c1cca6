package io.flockerj.plugin.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;

/**
 * The file of a listening socket. It is bound under another name beside its own, given its mode, and then renamed over whatever
 * a dead server has left there; so it is never seen with a wrong mode, and closing the socket, which makes Netty delete
 * the name it was bound to, cannot delete the socket of a successor.
 */
final class SocketFile {
    private final Path path;
    private final Object identity;

    private SocketFile(Path path, Object identity) {
        this.path = path;
        this.identity = identity;
    }

    /** How a socket is bound to a path that does not exist. */
    interface Binding {
        void bind(Path path) throws IOException;
    }

    /**
     * Binds a socket. The directory is made if it is missing. Refuses when another server answers there, and when the file is
     * anything but a socket.
     */
    static SocketFile bind(Path path, Set<PosixFilePermission> mode, Binding binding) throws IOException {
        Path parent = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a socket lies in a directory");
        Files.createDirectories(parent);
        refuseIfTaken(path);
        Path bound = path.resolveSibling(
                path.getFileName() + "." + ProcessHandle.current().pid());
        Files.deleteIfExists(bound);
        try {
            binding.bind(bound);
            Files.setPosixFilePermissions(bound, mode);
            Object identity = identity(bound);
            Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
            return new SocketFile(path, identity);
        } catch (IOException e) {
            Files.deleteIfExists(bound);
            throw new IOException("cannot listen on " + path + ": " + e.getMessage(), e);
        }
    }

    /** Removes the file, unless another server's has taken its place. */
    void removeIfOurs() throws IOException {
        try {
            if (identity(path).equals(identity)) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // Somebody has removed it already.
        }
    }

    private static void refuseIfTaken(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("cannot listen on " + path
                    + ": there is a file of another kind there; remove it, or choose another path for the socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException e) {
            return; // Nobody listens: a dead server's.
        } catch (IOException e) {
            // Neither accepted nor refused, for example because its queue is full: alive, as far as we can tell.
        }
        throw new IOException("cannot listen on " + path
                + ": another server is listening there; stop it first, or choose another path for the socket");
    }

    private static Object identity(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return Objects.requireNonNull(attributes.fileKey(), "files have inode numbers on Linux");
    }
}
