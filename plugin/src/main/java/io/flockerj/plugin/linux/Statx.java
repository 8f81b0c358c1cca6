package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * What statx(2) tells of a file: struct statx in include/uapi/linux/stat.h.
 *
 * @param blocks what it takes on the disk, in units of 512 bytes
 * @param modified when its content changed last
 * @param device the file system's number, {@code huge_encode_dev} of include/linux/kdev_t.h, as stat(2) tells it
 * @param representedDevice of a device node: the device that it stands for, encoded in the same way
 * @param mount the number of the mount that it was reached through; the file system's before Linux 5.8, which tells none
 */
record Statx(
        int mode, long inode, long size, long blocks, Time modified, long device, long representedDevice, long mount) {
    private static final int STRUCT_SIZE = 256;
    private static final int MASK_BASIC_STATS = 0x7FF;
    private static final int MASK_MOUNT_ID = 0x1000;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;

    // Kinds of file in mode: include/uapi/linux/stat.h.
    private static final int S_IFMT = 0xF000;
    static final int S_IFBLK = 0x6000;
    static final int S_IFREG = 0x8000;
    static final int S_IFDIR = 0x4000;

    /** Since 1970: struct statx_timestamp. */
    record Time(long seconds, int nanos) {}

    /** Of this file, following symbolic links. */
    static Statx of(Path path) throws LinuxException {
        return read(OpenFlags.AT_FDCWD, RawPath.bytes(path), 0, () -> "look at " + path);
    }

    /** Of this file, or of the symbolic link that it is. */
    static Statx ofLink(Path path) throws LinuxException {
        return read(OpenFlags.AT_FDCWD, RawPath.bytes(path), AT_SYMLINK_NOFOLLOW, () -> "look at " + path);
    }

    static Statx of(FileHandle file) throws LinuxException {
        return read(file.fd(), new byte[0], AT_EMPTY_PATH, () -> "look at " + file);
    }

    boolean isKind(int kind) {
        return (mode & S_IFMT) == kind;
    }

    /** {@code huge_encode_dev} (include/linux/kdev_t.h): how stat(2) and loop devices write a device's number. */
    static long encodeDevice(int major, int minor) {
        return (minor & 0xFFL) | ((long) major << 8) | ((minor & ~0xFFL) << 12);
    }

    private static Statx read(int directory, byte[] path, int flags, Supplier<String> attempted) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(STRUCT_SIZE, Long.BYTES);
            int mask = MASK_BASIC_STATS | MASK_MOUNT_ID;
            LinuxException.check(Libc.statx(directory, path, flags, mask, result), attempted);
            boolean tellsMount = (result.get(JAVA_INT, 0) & MASK_MOUNT_ID) != 0;
            long device = encodeDevice(result.get(JAVA_INT, 136), result.get(JAVA_INT, 140));
            return new Statx(
                    Short.toUnsignedInt(result.get(JAVA_SHORT, 28)),
                    result.get(JAVA_LONG, 32),
                    result.get(JAVA_LONG, 40),
                    result.get(JAVA_LONG, 48),
                    new Time(result.get(JAVA_LONG, 112), result.get(JAVA_INT, 120)),
                    device,
                    encodeDevice(result.get(JAVA_INT, 128), result.get(JAVA_INT, 132)),
                    tellsMount ? result.get(JAVA_LONG, 144) : device);
        }
    }
}
