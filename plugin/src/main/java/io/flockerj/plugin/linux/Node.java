package io.flockerj.plugin.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * An inode of any kind, held without opening it: a device or a fifo is not touched, a symbolic link is not followed, and
 * whatever is put in its place meanwhile, it stays this one. Names of extended attributes are bytes.
 *
 * <p>What the kernel takes only by path is asked through its own link to the descriptor, in {@code /proc/self/fd}.
 */
public final class Node implements AutoCloseable {
    // include/uapi/linux/openat2.h
    private static final long RESOLVE_NO_XDEV = 0x01;
    private static final long RESOLVE_NO_MAGICLINKS = 0x02;
    private static final long RESOLVE_BENEATH = 0x08;
    // include/uapi/linux/fcntl.h
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int AT_EMPTY_PATH = 0x1000;
    /** In the place of nanoseconds, for what stays: include/linux/stat.h of the kernel. */
    private static final long UTIME_OMIT = (1L << 30) - 2;
    // include/uapi/linux/limits.h
    private static final int PATH_MAX = 4096;
    private static final int XATTR_SIZE_MAX = 65536;
    private static final int XATTR_LIST_MAX = 65536;
    private static final int XATTR_USUALLY = 256;
    private static final byte[] ITSELF = {};

    private final FileHandle handle;
    /** Whether the handle is somebody else's, and was opened for more than looking. */
    private final boolean borrowed;

    private Node(FileHandle handle) {
        this(handle, false);
    }

    private Node(FileHandle handle, boolean borrowed) {
        this.handle = handle;
        this.borrowed = borrowed;
    }

    /** Of this name in a directory. */
    public static Node in(FileHandle directory, byte[] name) throws IOException {
        return new Node(directory.openUnfollowedAt(name));
    }

    /** Of what is open; the handle stays the caller's. */
    public static Node of(FileHandle open) throws IOException {
        return new Node(open.lookedAt());
    }

    /**
     * Of what is open for reading or writing, without opening anything: the quickest way, good as long as the handle is open. The
     * handle stays the caller's.
     */
    public static Node through(FileHandle open) {
        return new Node(open, true);
    }

    /**
     * At the end of a path below a directory, which the kernel keeps from leaving it: openat2(2). {@code EXDEV} for a path that
     * leaves it, by {@code ..}, by a symbolic link or by a mount; {@code ENOSYS} before Linux 5.6.
     *
     * @param path relative, at most 4095 bytes
     * @param follow whether a symbolic link at the end is followed; those on the way are
     */
    public static Node below(FileHandle directory, byte[] path, boolean follow) throws IOException {
        long resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
        return new Node(directory.lookBelow(path, follow ? 0 : OpenFlags.O_NOFOLLOW, resolve));
    }

    /** What is known of it. */
    public FileStatus status() throws IOException {
        return FileStatus.of(handle);
    }

    /** Opens the file or the directory for reading. */
    public FileHandle open() throws IOException {
        return handle.reopenForReading();
    }

    /** Where the symbolic link points to. */
    public byte[] linkTarget() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(PATH_MAX);
            long length = LinuxException.check(
                    Libc.readlinkat(handle.fd(), ITSELF, target), () -> "read the symbolic link " + handle);
            return target.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** The names of its extended attributes; none where the file system has no such thing. */
    public List<byte[]> attributes() throws IOException {
        byte[] names = filled(
                        XATTR_LIST_MAX,
                        buffer -> Libc.listxattr(path(), buffer),
                        () -> "list the attributes of " + handle)
                .orElse(ITSELF);
        List<byte[]> all = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < names.length; i++) {
            if (names[i] == 0) {
                all.add(Arrays.copyOfRange(names, start, i));
                start = i + 1;
            }
        }
        return all;
    }

    /** An extended attribute; empty when there is none of this name. */
    public Optional<byte[]> attribute(byte[] name) throws IOException {
        return filled(
                XATTR_SIZE_MAX,
                buffer -> Libc.getxattr(path(), name, buffer),
                () -> "read the attribute " + RawPath.display(name) + " of " + handle);
    }

    /** What a call fills a buffer with, which is small at first, for most answers are; nothing if there is no attribute. */
    private static Optional<byte[]> filled(int most, ToLongFunction<MemorySegment> call, Supplier<String> attempted)
            throws LinuxException {
        for (int size = XATTR_USUALLY; ; size = most) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(size);
                long length = call.applyAsLong(buffer);
                if (length == -Errno.ENODATA || length == -Errno.EOPNOTSUPP) {
                    return Optional.empty();
                }
                if (length != -Errno.ERANGE || size == most) {
                    LinuxException.check(length, attempted);
                    return Optional.of(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
                }
            }
        }
    }

    /** Sets an extended attribute, whether it was there or not. */
    public void setAttribute(byte[] name, byte[] value) throws IOException {
        LinuxException.check(
                borrowed ? Libc.fsetxattr(handle.fd(), name, value) : Libc.setxattr(path(), name, value),
                () -> "set the attribute " + RawPath.display(name) + " of " + handle);
    }

    /** Removes an extended attribute, if there is one of this name. */
    public void removeAttribute(byte[] name) throws IOException {
        long result = borrowed ? Libc.fremovexattr(handle.fd(), name) : Libc.removexattr(path(), name);
        if (result != -Errno.ENODATA && result != -Errno.EOPNOTSUPP) {
            LinuxException.check(result, () -> "remove the attribute " + RawPath.display(name) + " of " + handle);
        }
    }

    /** Gives it to a user and a group, 0 to 2^32 - 2. The kernel then takes setuid bits and capabilities from a file. */
    public void setOwner(long uid, long gid) throws IOException {
        LinuxException.check(
                Libc.fchownat(handle.fd(), ITSELF, (int) uid, (int) gid, AT_EMPTY_PATH),
                () -> "set the owner of " + handle);
    }

    /** Sets its permissions, 0 to 07777. Not for symbolic links, which have none. */
    public void setMode(int mode) throws IOException {
        LinuxException.check(
                borrowed ? Libc.fchmod(handle.fd(), mode) : Libc.fchmodat(OpenFlags.AT_FDCWD, path(), mode),
                () -> "set the permissions of " + handle);
    }

    /** Sets the time of its last change. */
    public void setModified(long seconds, int nanos) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            // Two of struct timespec: of access, which stays, and of modification.
            MemorySegment times = arena.allocateFrom(ValueLayout.JAVA_LONG, 0, UTIME_OMIT, seconds, nanos);
            LinuxException.check(
                    Libc.utimensat(handle.fd(), ITSELF, times, AT_EMPTY_PATH), () -> "set the time of " + handle);
        }
    }

    /** Gives it one more name. */
    public void link(FileHandle directory, byte[] name) throws IOException {
        FileHandle.checkName(name);
        LinuxException.check(
                Libc.linkat(OpenFlags.AT_FDCWD, path(), directory.fd(), name, AT_SYMLINK_FOLLOW),
                () -> "link " + handle + " as " + directory + "/" + RawPath.display(name));
    }

    @Override
    public void close() throws IOException {
        if (!borrowed) {
            handle.close();
        }
    }

    /** The path or name that it was found by. */
    @Override
    public String toString() {
        return handle.toString();
    }

    private byte[] path() {
        return ("/proc/self/fd/" + handle.fd()).getBytes(StandardCharsets.US_ASCII);
    }
}
