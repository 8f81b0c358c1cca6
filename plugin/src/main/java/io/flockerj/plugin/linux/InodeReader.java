package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Reads of many inodes what statx(2) does not tell, in memory that is used again. Names of files are single names in a directory, and
 * symbolic links are not followed; names of extended attributes are bytes. For one thread at a time.
 */
public final class InodeReader implements AutoCloseable {
    private static final long FS_IOC_GETFLAGS = Ioctl.read('f', 1, Long.BYTES);
    // include/uapi/linux/limits.h; a list of attributes and a value have the same limit
    private static final int PATH_MAX = 4096;
    private static final int XATTR_MAX = 65536;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment flags = arena.allocate(Long.BYTES, Long.BYTES);
    private final MemorySegment buffer = arena.allocate(XATTR_MAX);
    private final MemorySegment target = arena.allocate(PATH_MAX);

    /** The flags of an open file or directory, {@code FS_…_FL} of include/uapi/linux/fs.h; 0 where the file system has none. */
    public int flags(FileHandle file) throws IOException {
        flags.set(JAVA_INT, 0, 0);
        long result = Libc.ioctl(file.fd(), FS_IOC_GETFLAGS, flags);
        if (result == -Errno.ENOTTY || result == -Errno.EOPNOTSUPP) {
            return 0;
        }
        LinuxException.check(result, () -> "read the inode flags of " + file);
        return flags.get(JAVA_INT, 0);
    }

    /** Where the symbolic link of this name points to. */
    public byte[] linkTarget(FileHandle directory, byte[] name) throws IOException {
        FileHandle.checkName(name);
        long length = LinuxException.check(
                Libc.readlinkat(directory.fd(), name, target),
                () -> "read the symbolic link " + directory + "/" + RawPath.display(name));
        return bytes(target, 0, length);
    }

    /** The names of the extended attributes of what is open; none where the file system has no such thing. */
    public List<byte[]> attributes(FileHandle file) throws IOException {
        return names(() -> Libc.flistxattr(file.fd(), buffer), () -> "list the attributes of " + file);
    }

    /** The names of the extended attributes of what has this name, of whatever kind it is. */
    public List<byte[]> attributes(FileHandle directory, byte[] name) throws IOException {
        byte[] path = path(directory, name);
        return names(
                () -> Libc.llistxattr(path, buffer),
                () -> "list the attributes of " + directory + "/" + RawPath.display(name));
    }

    /** An extended attribute of what is open; empty when there is none of this name. */
    public Optional<byte[]> attribute(FileHandle file, byte[] attribute) throws IOException {
        return value(
                Libc.fgetxattr(file.fd(), attribute, buffer),
                () -> "read the attribute " + RawPath.display(attribute) + " of " + file);
    }

    /** An extended attribute of what has this name; empty when there is none. */
    public Optional<byte[]> attribute(FileHandle directory, byte[] name, byte[] attribute) throws IOException {
        return value(
                Libc.lgetxattr(path(directory, name), attribute, buffer),
                () -> "read the attribute " + RawPath.display(attribute) + " of " + directory + "/"
                        + RawPath.display(name));
    }

    private List<byte[]> names(LongSupplier call, Supplier<String> attempted) throws LinuxException {
        long length = call.getAsLong();
        if (length == 0 || length == -Errno.EOPNOTSUPP) {
            return List.of();
        }
        LinuxException.check(length, attempted);
        List<byte[]> names = new ArrayList<>();
        long start = 0;
        for (long i = 0; i < length; i++) {
            if (buffer.get(JAVA_BYTE, i) == 0) {
                names.add(bytes(buffer, start, i - start));
                start = i + 1;
            }
        }
        return names;
    }

    private Optional<byte[]> value(long length, Supplier<String> attempted) throws LinuxException {
        if (length == -Errno.ENODATA || length == -Errno.EOPNOTSUPP) {
            return Optional.empty();
        }
        LinuxException.check(length, attempted);
        return Optional.of(bytes(buffer, 0, length));
    }

    private static byte[] bytes(MemorySegment segment, long from, long length) {
        return segment.asSlice(from, length).toArray(JAVA_BYTE);
    }

    /** The kernel takes such names only as a path: by its own link to the directory. */
    private static byte[] path(FileHandle directory, byte[] name) {
        FileHandle.checkName(name);
        byte[] link = ("/proc/self/fd/" + directory.fd()).getBytes(StandardCharsets.US_ASCII);
        return RawPath.joined(link, name);
    }

    @Override
    public void close() {
        arena.close();
    }
}
