package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * All that statx(2) tells of an inode: struct statx in include/uapi/linux/stat.h.
 *
 * @param mode permissions with the setuid, setgid and sticky bits: 0 to 07777
 * @param uid unsigned, 0 to 2^32 - 2
 * @param gid likewise
 * @param size in bytes; of a symbolic link the length of its target
 * @param modified the time of the last change of the content: seconds since 1970, which may be negative
 * @param modifiedNanos the rest of it, 0 to 999,999,999
 * @param changed the time of the last change of anything, which nobody but the kernel sets
 * @param changedNanos the rest of it
 * @param born the time of its making; 0 where the file system keeps none
 * @param bornNanos the rest of it
 * @param major of a device node: the device that it stands for
 * @param minor likewise
 * @param unchangeable whether it is marked immutable or append-only
 * @param mount the number of the mount that it was reached through, which no other gets until the next boot; before Linux 6.8 another
 *     may get it, and before 5.8, which tells none, it is the file system's
 */
public record FileStatus(
        FileKind kind,
        int mode,
        long uid,
        long gid,
        long links,
        long size,
        long modified,
        int modifiedNanos,
        long changed,
        int changedNanos,
        long born,
        int bornNanos,
        int major,
        int minor,
        Inodes.Identity identity,
        boolean unchangeable,
        long mount) {
    private static final int STRUCT_SIZE = 256;
    private static final int MASK_BASIC_STATS = 0x7FF;
    private static final int MASK_BIRTH = 0x800;
    private static final int MASK_MOUNT_ID = 0x1000;
    private static final int MASK_UNIQUE_MOUNT_ID = 0x4000;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int PERMISSIONS = 0xFFF;
    private static final long ATTR_IMMUTABLE = 0x10;
    private static final long ATTR_APPEND = 0x20;

    /** Of what is open. */
    public static FileStatus of(FileHandle file) throws LinuxException {
        return of(file, new byte[0], AT_EMPTY_PATH, () -> "look at " + file);
    }

    /** Of what has this name in a directory; a symbolic link is not followed. */
    public static FileStatus in(FileHandle directory, byte[] name) throws LinuxException {
        FileHandle.checkName(name);
        return of(directory, name, AT_SYMLINK_NOFOLLOW, () -> "look at " + directory + "/" + RawPath.display(name));
    }

    private static FileStatus of(FileHandle file, byte[] name, int flags, Supplier<String> attempted)
            throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(STRUCT_SIZE, Long.BYTES);
            int mask = MASK_BASIC_STATS | MASK_BIRTH | MASK_MOUNT_ID | MASK_UNIQUE_MOUNT_ID;
            LinuxException.check(Libc.statx(file.fd(), name, flags, mask, result), attempted);
            return read(result);
        }
    }

    private static FileStatus read(MemorySegment result) {
        int mode = Short.toUnsignedInt(result.get(JAVA_SHORT, 28));
        boolean tellsBirth = (result.get(JAVA_INT, 0) & MASK_BIRTH) != 0;
        boolean tellsMount = (result.get(JAVA_INT, 0) & (MASK_MOUNT_ID | MASK_UNIQUE_MOUNT_ID)) != 0;
        long device = Statx.encodeDevice(result.get(JAVA_INT, 136), result.get(JAVA_INT, 140));
        return new FileStatus(
                FileKind.of(mode),
                mode & PERMISSIONS,
                Integer.toUnsignedLong(result.get(JAVA_INT, 20)),
                Integer.toUnsignedLong(result.get(JAVA_INT, 24)),
                Integer.toUnsignedLong(result.get(JAVA_INT, 16)),
                result.get(JAVA_LONG, 40),
                result.get(JAVA_LONG, 112),
                result.get(JAVA_INT, 120),
                result.get(JAVA_LONG, 96),
                result.get(JAVA_INT, 104),
                tellsBirth ? result.get(JAVA_LONG, 80) : 0,
                tellsBirth ? result.get(JAVA_INT, 88) : 0,
                result.get(JAVA_INT, 128),
                result.get(JAVA_INT, 132),
                new Inodes.Identity(device, result.get(JAVA_LONG, 32)),
                (result.get(JAVA_LONG, 8) & (ATTR_IMMUTABLE | ATTR_APPEND)) != 0,
                tellsMount ? result.get(JAVA_LONG, 144) : device);
    }
}
