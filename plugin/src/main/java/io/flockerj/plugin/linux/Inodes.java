package io.flockerj.plugin.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** Attributes of single files that the JDK does not reach. Symbolic links are not followed in a path's last name. */
public final class Inodes {
    // include/uapi/linux/fs.h. The numbers say long, but the kernel reads and fills an int.
    private static final long FS_IOC_GETFLAGS = Ioctl.read('f', 1, Long.BYTES);
    private static final long FS_IOC_SETFLAGS = Ioctl.write('f', 2, Long.BYTES);
    private static final int FS_IMMUTABLE_FL = 0x10;
    private static final int FS_APPEND_FL = 0x20;
    private static final int FS_NOCOW_FL = 0x800000;
    /** In the place of nanoseconds, for what stays: include/linux/stat.h of the kernel. */
    private static final long UTIME_OMIT = (1L << 30) - 2;

    private Inodes() {}

    /**
     * Which file it is, among all that are there at this moment; numbers are used again after a removal.
     *
     * @param device the file system's number as stat(2) tells it; on btrfs each subvolume has one of its own
     */
    public record Identity(long device, long inode) {}

    /** Of this file, following symbolic links to the end. */
    public static Identity identity(Path path) throws IOException {
        return identity(Statx.of(path));
    }

    /** Of the file that is open. */
    public static Identity identity(FileHandle file) throws IOException {
        return identity(Statx.of(file));
    }

    /**
     * Which mount a file was opened through: equal for two files only if no mount lies between them. Before Linux 5.8, which
     * tells no mounts, which file system.
     */
    public static long mount(FileHandle file) throws IOException {
        return Statx.of(file).mount();
    }

    /**
     * Whether anything has this name, a symbolic link without an end too. Unlike {@link java.nio.file.Files#exists} it takes
     * no error for absence.
     */
    public static boolean exists(Path path) throws IOException {
        return lookAt(path).isPresent();
    }

    /** Whether a directory has this name, and not a symbolic link to one. It takes no error for absence. */
    public static boolean isDirectory(Path path) throws IOException {
        return lookAt(path).filter(stat -> stat.isKind(Statx.S_IFDIR)).isPresent();
    }

    private static Optional<Statx> lookAt(Path path) throws LinuxException {
        try {
            return Optional.of(Statx.ofLink(path));
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Identity identity(Statx stat) {
        return new Identity(stat.device(), stat.inode());
    }

    /**
     * Files and directories that are made in this directory from now on are written in place, and lose checksums and
     * compression: btrfs. {@code EOPNOTSUPP} on file systems without such a flag.
     */
    public static void setNoCow(Path dir) throws IOException {
        try (FileHandle looked = FileHandle.openUnfollowed(dir)) {
            changeFlags(looked, flags -> flags | FS_NOCOW_FL);
        }
    }

    /** Whether the flag of {@link #setNoCow} is set, on a file or directory; false where there are no such flags. */
    public static boolean noCow(Path path) throws IOException {
        try (FileHandle looked = FileHandle.openUnfollowed(path)) {
            if (!hasFlags(looked)) {
                return false;
            }
            try (FileHandle file = looked.reopenForReading()) {
                return (flags(file) & FS_NOCOW_FL) != 0;
            } catch (LinuxException e) {
                if (isUnsupported(e)) {
                    return false;
                }
                throw e;
            }
        }
    }

    /**
     * Takes the immutable and append-only flags from a file or directory, so that it can be removed. Does nothing to
     * symbolic links, devices, fifos and sockets, and where file systems have no such flags. Nothing but the file that was
     * found first is touched, whatever is put in its place meanwhile.
     */
    public static void clearImmutable(Path path) throws IOException {
        try (FileHandle looked = FileHandle.openUnfollowed(path)) {
            clearImmutable(looked);
        }
    }

    /** As {@link #clearImmutable(Path)}, for a single name in a directory. */
    public static void clearImmutable(FileHandle directory, byte[] name) throws IOException {
        try (FileHandle looked = directory.openUnfollowedAt(name)) {
            clearImmutable(looked);
        }
    }

    private static void clearImmutable(FileHandle looked) throws IOException {
        if (hasFlags(looked)) {
            try {
                changeFlags(looked, flags -> flags & ~(FS_IMMUTABLE_FL | FS_APPEND_FL));
            } catch (LinuxException e) {
                if (!isUnsupported(e)) {
                    throw e;
                }
            }
        }
    }

    /** Something that is done to the names in a directory. */
    public interface Change {
        void make() throws IOException;
    }

    /**
     * Changes names in a directory that is ours alone, and leaves it as if it had not been changed: marked immutable or append-only
     * as it was, and with the time of modification that it had.
     */
    public static void changeUnseen(FileHandle directory, Change change) throws IOException {
        Statx.Time modified = Statx.of(directory).modified();
        int marks = flags(directory);
        int hindrances = FS_IMMUTABLE_FL | FS_APPEND_FL;
        if ((marks & hindrances) != 0) {
            setFlags(directory, marks & ~hindrances);
        }
        change.make();
        setModified(directory, modified);
        if ((marks & hindrances) != 0) {
            setFlags(directory, marks);
        }
    }

    private static void setModified(FileHandle file, Statx.Time time) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            // Two of struct timespec: access, which stays, and modification.
            MemorySegment times = arena.allocate(4L * Long.BYTES, Long.BYTES);
            times.set(ValueLayout.JAVA_LONG, 8, UTIME_OMIT);
            times.set(ValueLayout.JAVA_LONG, 16, time.seconds());
            times.set(ValueLayout.JAVA_LONG, 24, time.nanos());
            LinuxException.check(Libc.futimens(file.fd(), times), () -> "set the time of " + file);
        }
    }

    /** An extended attribute of the file or symbolic link; empty when it has none of this name. */
    public static Optional<byte[]> xattr(Path path, String name) throws IOException {
        byte[] rawPath = RawPath.bytes(path);
        byte[] rawName = name.getBytes(StandardCharsets.UTF_8);
        // The kernel's limit for a value: XATTR_SIZE_MAX, include/uapi/linux/limits.h.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(XATTR_SIZE_MAX);
            long length = Libc.lgetxattr(rawPath, rawName, value);
            if (length == -Errno.ENODATA) {
                return Optional.empty();
            }
            LinuxException.check(length, () -> "read the attribute " + name + " of " + path);
            return Optional.of(value.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private static final int XATTR_SIZE_MAX = 65536;

    /** Sets an extended attribute of the file or symbolic link, whether it was there or not. */
    public static void setXattr(Path path, String name, byte[] value) throws IOException {
        LinuxException.check(
                Libc.lsetxattr(RawPath.bytes(path), name.getBytes(StandardCharsets.UTF_8), value),
                () -> "set the attribute " + name + " of " + path);
    }

    private static boolean hasFlags(FileHandle file) throws LinuxException {
        Statx stat = Statx.of(file);
        return stat.isKind(Statx.S_IFREG) || stat.isKind(Statx.S_IFDIR);
    }

    private static boolean isUnsupported(LinuxException e) {
        return e.is(Errno.ENOTTY) || e.is(Errno.EOPNOTSUPP);
    }

    private static void changeFlags(FileHandle looked, IntUnaryOperator change) throws IOException {
        try (FileHandle file = looked.reopenForReading()) {
            int before = flags(file);
            int after = change.applyAsInt(before);
            if (after != before) {
                setFlags(file, after);
            }
        }
    }

    /** Sets the inode flags of an open file or directory, all of them: FS_IOC_SETFLAGS. */
    public static void setFlags(FileHandle file, int value) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flags = arena.allocateFrom(ValueLayout.JAVA_LONG, value);
            Ioctl.call(file, FS_IOC_SETFLAGS, flags, "set the inode flags of " + file);
        }
    }

    /** The inode flags of an open file or directory, {@code FS_*_FL} of include/uapi/linux/fs.h: FS_IOC_GETFLAGS. */
    public static int flags(FileHandle file) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flags = arena.allocate(ValueLayout.JAVA_LONG);
            Ioctl.call(file, FS_IOC_GETFLAGS, flags, "read the inode flags of " + file);
            return flags.get(ValueLayout.JAVA_INT, 0);
        }
    }
}
