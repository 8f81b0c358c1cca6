package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * What statfs(2) tells of the file system that holds a path: struct statfs in include/uapi/asm-generic/statfs.h.
 *
 * @param typeMagic which kind of file system: include/uapi/linux/magic.h
 * @param blockSize the size of a transfer that suits it, in bytes
 * @param freeBytes what is not used, of which some may be kept for root
 * @param availableBytes what users other than root can still fill
 * @param totalInodes 0 where inodes are made as needed
 * @param fsid a number that two mounts of one file system share; on btrfs each subvolume has its own. 0 is "none"
 * @param readOnly whether this mount, or the whole file system, is mounted read-only
 */
public record FileSystemStat(
        long typeMagic,
        long blockSize,
        long totalBytes,
        long freeBytes,
        long availableBytes,
        long totalInodes,
        long freeInodes,
        long fsid,
        boolean readOnly) {
    /** BTRFS_SUPER_MAGIC, include/uapi/linux/magic.h. */
    public static final long BTRFS_MAGIC = 0x9123683EL;
    /** EXT4_SUPER_MAGIC, include/uapi/linux/magic.h. */
    public static final long EXT4_MAGIC = 0xEF53L;
    /** XFS_SUPER_MAGIC, include/uapi/linux/magic.h. */
    public static final long XFS_MAGIC = 0x58465342L;

    /** F2FS_SUPER_MAGIC, include/uapi/linux/magic.h. */
    public static final long F2FS_MAGIC = 0xF2F52010L;
    /** NFS_SUPER_MAGIC, include/uapi/linux/magic.h. */
    public static final long NFS_MAGIC = 0x6969L;
    /** CEPH_SUPER_MAGIC, fs/ceph/super.h. */
    public static final long CEPH_MAGIC = 0xC36400L;

    private static final int STRUCT_SIZE = 120;
    /** ST_RDONLY, include/linux/statfs.h. */
    private static final long ST_RDONLY = 1;

    /** Asks about the file system of what is open. */
    public static FileSystemStat of(FileHandle file) throws IOException {
        return of(Path.of("/proc/self/fd/" + file.fd()));
    }

    /** Asks about the file system of this path, following symbolic links. */
    public static FileSystemStat of(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment raw = arena.allocate(STRUCT_SIZE, Long.BYTES);
            LinuxException.check(Libc.statfs(RawPath.bytes(path), raw), () -> "look at the file system of " + path);
            long unit = raw.get(JAVA_LONG, 72);
            long size = raw.get(JAVA_LONG, 8);
            // Blocks are counted in f_frsize, which old file systems leave empty.
            long counted = unit != 0 ? unit : size;
            return new FileSystemStat(
                    raw.get(JAVA_LONG, 0),
                    size,
                    raw.get(JAVA_LONG, 16) * counted,
                    raw.get(JAVA_LONG, 24) * counted,
                    raw.get(JAVA_LONG, 32) * counted,
                    raw.get(JAVA_LONG, 40),
                    raw.get(JAVA_LONG, 48),
                    raw.get(JAVA_LONG, 56),
                    (flags(raw) & ST_RDONLY) != 0);
        }
    }

    /** The flags of the mount that holds this path, as {@code ST_…} of include/linux/statfs.h. */
    static long mountFlags(Path path) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment raw = arena.allocate(STRUCT_SIZE, Long.BYTES);
            LinuxException.check(Libc.statfs(RawPath.bytes(path), raw), () -> "look at the mount of " + path);
            return flags(raw);
        }
    }

    private static long flags(MemorySegment raw) {
        return raw.get(JAVA_LONG, 80);
    }

    public boolean isBtrfs() {
        return typeMagic == BTRFS_MAGIC;
    }
}
