package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What btrfs does beyond other file systems, by its ioctls: include/uapi/linux/btrfs.h and btrfs_tree.h. Where a
 * {@link FileHandle} only says which file system is meant, any directory of it will do. Nearly everything needs
 * {@code CAP_SYS_ADMIN}.
 *
 * <p>Names of subvolumes are single names, encoded as UTF-8, at most 255 bytes.
 *
 * <h2>What survives a loss of power</h2>
 *
 * <ul>
 *   <li>{@link #snapshot}, {@link #makeReadOnly}, {@link #makeWritable} and {@link #enableSimpleQuota} commit the
 *       transaction before they return ({@code create_snapshot}, {@code btrfs_ioctl_subvol_setflags}).
 *   <li>{@link #createSubvolume} does so up to Linux 6.4 only. After it, after {@link #destroySubvolume}, and after all
 *       changes of groups and limits, {@link #commit} makes durable; {@link FileHandle#sync} on the parent directory of
 *       what was created or removed does the same, for the kernel falls back to a commit then.
 *   <li>A snapshot holds what was written to its source before, synced or not. What is written to files otherwise is as
 *       durable as fsync(2) makes it; a commit does not wait for it.
 * </ul>
 *
 * <h2>Simple quotas</h2>
 *
 * Tried on Linux 6.18; they need 6.7.
 *
 * <ul>
 *   <li>Enabling them sets an incompatible feature of the file system: older kernels can no longer mount it. Nothing that
 *       was written before is counted.
 *   <li>A subvolume that is made inside one that is in a group joins that group by itself, so a limit on a group of
 *       level 1 holds for nested ones too. But everybody who may make a subvolume may also name other groups, or none,
 *       in the same ioctl, and so write without limit; {@link #assign} afterwards counts what is there.
 *   <li>{@link #assign} moves what a subvolume uses already into the group; the group may then exceed its limit.
 *   <li>At the limit, writing and making files fail with {@code EDQUOT}, and a write into the page cache fails at once;
 *       removing works, also when the limit was lowered below the use.
 *   <li>A snapshot starts at nothing in a level-0 group of its own, in no other group unless its parent directory's
 *       subvolume is in one.
 *   <li>The group of a removed subvolume stays, as a member, while something that it wrote is there: until the cleaner
 *       has gone over it (30 seconds and more), or for as long as a snapshot shares it. The cleaner removes the group by
 *       itself when nothing is left (Linux 6.11); in the other case, and on older kernels, it stays behind empty, for
 *       {@link #removeGroup}. A group of level 1 can be removed when {@link #members} has none.
 * </ul>
 */
public final class Btrfs {
    static final int IOCTL_MAGIC = 0x94;

    private static final int VOLUME_ARGUMENTS_SIZE = 4096;
    private static final long SYNC = Ioctl.none(IOCTL_MAGIC, 8);

    // include/uapi/linux/btrfs_tree.h: an item for each subvolume that is removed and not yet freed
    private static final long ROOT_TREE = 1;
    private static final long ORPHAN_OBJECT = -5;
    private static final int ORPHAN_ITEM_KEY = 48;

    private static final long SNAP_DESTROY = Ioctl.write(IOCTL_MAGIC, 15, VOLUME_ARGUMENTS_SIZE);
    private static final long SNAP_DESTROY_V2 = Ioctl.write(IOCTL_MAGIC, 63, VOLUME_ARGUMENTS_SIZE);
    private static final long SNAP_CREATE_V2 = Ioctl.write(IOCTL_MAGIC, 23, VOLUME_ARGUMENTS_SIZE);
    private static final long SUBVOL_CREATE_V2 = Ioctl.write(IOCTL_MAGIC, 24, VOLUME_ARGUMENTS_SIZE);
    private static final long SUBVOL_SETFLAGS = Ioctl.write(IOCTL_MAGIC, 26, Long.BYTES);
    private static final long RESIZE = Ioctl.write(IOCTL_MAGIC, 3, VOLUME_ARGUMENTS_SIZE);

    private static final int INO_LOOKUP_SIZE = 4096;
    private static final long INO_LOOKUP = Ioctl.readWrite(IOCTL_MAGIC, 18, INO_LOOKUP_SIZE);

    // struct btrfs_ioctl_vol_args
    private static final int V1_NAME = 8;
    // struct btrfs_ioctl_vol_args_v2
    private static final int V2_FLAGS = 16;
    private static final int V2_INHERIT_SIZE = 24;
    private static final int V2_INHERIT = 32;
    private static final int V2_NAME = 56;
    private static final long SUBVOL_RDONLY = 1 << 1;
    private static final long SUBVOL_QGROUP_INHERIT = 1 << 2;
    private static final long SUBVOL_SPEC_BY_ID = 1 << 4;
    // struct btrfs_qgroup_inherit
    private static final int INHERIT_SIZE = 72;
    private static final int INHERIT_COUNT = 8;
    /** BTRFS_VOL_NAME_MAX */
    private static final int NAME_MAX = 255;

    private static final int FS_INFO_SIZE = 1024;
    private static final long FS_INFO = Ioctl.read(IOCTL_MAGIC, 31, FS_INFO_SIZE);
    private static final long FS_INFO_FLAG_GENERATION = 1 << 1;
    // struct btrfs_ioctl_dev_info_args
    private static final int DEV_INFO_SIZE = 4096;
    private static final int DEV_INFO_TOTAL_BYTES = 32;
    private static final long DEV_INFO = Ioctl.readWrite(IOCTL_MAGIC, 30, DEV_INFO_SIZE);
    private static final int RECEIVED_SUBVOL_SIZE = 200;
    private static final long SET_RECEIVED_SUBVOL = Ioctl.readWrite(IOCTL_MAGIC, 37, RECEIVED_SUBVOL_SIZE);

    private static final int SPACE_ARGUMENTS_SIZE = 16;
    private static final int SPACE_INFO_SIZE = 24;
    private static final long SPACE_INFO = Ioctl.readWrite(IOCTL_MAGIC, 20, SPACE_ARGUMENTS_SIZE);

    private static final long QUOTA_CTL = Ioctl.readWrite(IOCTL_MAGIC, 40, 16);
    private static final long QUOTA_CTL_ENABLE_SIMPLE_QUOTA = 4;
    private static final long QGROUP_ASSIGN = Ioctl.write(IOCTL_MAGIC, 41, 24);
    private static final long QGROUP_CREATE = Ioctl.write(IOCTL_MAGIC, 42, 16);
    private static final int QGROUP_LIMIT_SIZE = 48;
    private static final long QGROUP_LIMIT = Ioctl.read(IOCTL_MAGIC, 43, QGROUP_LIMIT_SIZE);
    private static final long QGROUP_LIMIT_MAX_RFER = 1;
    private static final long NO_LIMIT = -1L;
    private static final int GROUP_LEVEL_SHIFT = 48;

    // btrfs_tree.h
    private static final long QUOTA_TREE = 8;
    private static final int QGROUP_INFO_KEY = 242;
    private static final int QGROUP_LIMIT_KEY = 244;
    private static final int QGROUP_RELATION_KEY = 246;
    private static final long FIRST_FREE_OBJECTID = 256;

    private Btrfs() {}

    /** Sizes and identity of a mounted file system; the generation is that of the last transaction begun. */
    public record FsInfo(UUID fsid, long deviceCount, int nodeSize, int sectorSize, long generation) {}

    /** Space of one kind, in bytes; flags as BTRFS_BLOCK_GROUP_… in btrfs_tree.h. */
    public record SpaceInfo(long flags, long total, long used) {
        /** BTRFS_BLOCK_GROUP_DATA */
        public boolean isData() {
            return (flags & 1) != 0;
        }

        /** BTRFS_BLOCK_GROUP_METADATA */
        public boolean isMetadata() {
            return (flags & 4) != 0;
        }
    }

    /** How a file system counts what subvolumes use. */
    public enum QuotaMode {
        OFF,
        /** Each extent is counted for the subvolume that wrote it: simple quotas, Linux 6.7 or newer. */
        SIMPLE,
        /** Full quota groups, which follow every reference and slow snapshots down. */
        FULL
    }

    /**
     * What a quota group uses, in bytes. With simple quotas both numbers are the same.
     *
     * @param maxReferenced the limit; empty when there is none
     */
    public record GroupUsage(long referenced, long exclusive, OptionalLong maxReferenced) {}

    /** Counters of one kind of space, in bytes: /sys/fs/btrfs/FSID/allocation/KIND. */
    public record Allocation(
            long total, long used, long pinned, long reserved, long mayUse, long readOnly, long diskTotal) {}

    /**
     * A subvolume that lies within another.
     *
     * @param parentId the subvolume that it lies in directly
     * @param path where it lies, relative to the subvolume that was asked about; empty when that cannot be told, for it
     *     is longer than 256 KiB, or was moved or removed meanwhile
     */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    public record NestedSubvolume(long id, long parentId, byte[] path) {}

    /**
     * Where a subvolume lies within another, as btrfs refers to it.
     *
     * @param child the subvolume's id
     * @param directory the number of the directory that it lies in, in the outer subvolume
     * @param sequence of the entry among those that the directory has had
     * @param name of the entry
     */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    public record NestedReference(long child, long directory, long sequence, byte[] name) {}

    /**
     * Whether the running kernel can mount btrfs. Loads the module when there is one.
     *
     * @param proc where a proc file system is mounted: {@code /proc}
     */
    public static boolean supportedByKernel(Path proc) throws IOException {
        return supportedByKernel(proc, "btrfs");
    }

    static boolean supportedByKernel(Path proc, String fsType) throws IOException {
        if (isListed(proc, fsType)) {
            return true;
        }
        // Asking to open one loads the module.
        long context = Libc.fsopen(fsType.getBytes(StandardCharsets.US_ASCII), 0);
        if (context >= 0) {
            Libc.close((int) context);
            return true;
        }
        return isListed(proc, fsType);
    }

    private static boolean isListed(Path proc, String fsType) throws IOException {
        return Files.readAllLines(proc.resolve("filesystems")).stream()
                .anyMatch(line -> line.strip().equals(fsType));
    }

    /** Makes an empty subvolume; it belongs to root, with mode 0755 less the umask. {@code EEXIST} if the name is taken. */
    public static void createSubvolume(FileHandle parentDir, String name) throws IOException {
        create(parentDir, name, OptionalLong.empty());
    }

    /** As {@link #createSubvolume(FileHandle, String)}, and puts it into this quota group in the same step. */
    public static void createSubvolume(FileHandle parentDir, String name, long group) throws IOException {
        create(parentDir, name, OptionalLong.of(group));
    }

    private static void create(FileHandle parentDir, String name, OptionalLong group) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(VOLUME_ARGUMENTS_SIZE, Long.BYTES);
            putName(arguments, V2_NAME, encoded(name));
            if (group.isPresent()) {
                inherit(arena, arguments, group.getAsLong());
            }
            Ioctl.call(parentDir, SUBVOL_CREATE_V2, arguments, "create the subvolume " + parentDir + "/" + name);
        }
    }

    private static void inherit(Arena arena, MemorySegment arguments, long group) {
        MemorySegment inherit = arena.allocate(INHERIT_SIZE + (long) Long.BYTES, Long.BYTES);
        inherit.set(JAVA_LONG, INHERIT_COUNT, 1);
        inherit.set(JAVA_LONG, INHERIT_SIZE, group);
        arguments.set(JAVA_LONG, V2_FLAGS, SUBVOL_QGROUP_INHERIT);
        arguments.set(JAVA_LONG, V2_INHERIT_SIZE, inherit.byteSize());
        arguments.set(JAVA_LONG, V2_INHERIT, inherit.address());
    }

    /**
     * Makes a subvolume with the content that {@code source} has at one moment. Subvolumes nested in the source are empty
     * directories in it.
     *
     * @param source the root directory of a subvolume
     */
    public static void snapshot(FileHandle source, FileHandle parentDir, String name, boolean readOnly)
            throws IOException {
        snapshot(source, parentDir, encoded(name), readOnly);
    }

    /** As {@link #snapshot(FileHandle, FileHandle, String, boolean)}, for a name as bytes. */
    public static void snapshot(FileHandle source, FileHandle parentDir, byte[] name, boolean readOnly)
            throws IOException {
        snapshot(source, parentDir, name, readOnly, OptionalLong.empty());
    }

    /** Makes a writable snapshot, and puts it into this quota group in the same step. */
    public static void snapshot(FileHandle source, FileHandle parentDir, byte[] name, long group) throws IOException {
        snapshot(source, parentDir, name, false, OptionalLong.of(group));
    }

    private static void snapshot(
            FileHandle source, FileHandle parentDir, byte[] name, boolean readOnly, OptionalLong group)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(VOLUME_ARGUMENTS_SIZE, Long.BYTES);
            arguments.set(JAVA_LONG, 0, source.fd());
            arguments.set(JAVA_LONG, V2_FLAGS, readOnly ? SUBVOL_RDONLY : 0);
            if (group.isPresent()) {
                inherit(arena, arguments, group.getAsLong());
            }
            putName(arguments, V2_NAME, name);
            Ioctl.call(
                    parentDir,
                    SNAP_CREATE_V2,
                    arguments,
                    "take the snapshot " + parentDir + "/" + RawPath.display(name) + " of " + source);
        }
    }

    /**
     * Removes a subvolume by name; the kernel frees its space later. Mounted elsewhere or not: its files vanish under
     * whoever uses them, so ask first. {@code ENOTEMPTY} while other subvolumes lie in it.
     */
    public static void destroySubvolume(FileHandle parentDir, String name) throws IOException {
        destroySubvolume(parentDir, encoded(name));
    }

    /** As {@link #destroySubvolume(FileHandle, String)}, for a name as bytes. */
    public static void destroySubvolume(FileHandle parentDir, byte[] name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(VOLUME_ARGUMENTS_SIZE, Long.BYTES);
            putName(arguments, V1_NAME, name);
            Ioctl.call(
                    parentDir,
                    SNAP_DESTROY,
                    arguments,
                    "remove the subvolume " + parentDir + "/" + RawPath.display(name));
        }
    }

    /**
     * As {@link #destroySubvolume(FileHandle, String)}, by id, wherever it lies: Linux 5.7. {@code ENAMETOOLONG} when the
     * path from the top of the file system is longer than 4 KiB.
     */
    public static void destroySubvolume(FileHandle anyDirOfFs, long id) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(VOLUME_ARGUMENTS_SIZE, Long.BYTES);
            arguments.set(JAVA_LONG, V2_FLAGS, SUBVOL_SPEC_BY_ID);
            arguments.set(JAVA_LONG, V2_NAME, id);
            Ioctl.call(anyDirOfFs, SNAP_DESTROY_V2, arguments, "remove subvolume " + id + " of " + anyDirOfFs);
        }
    }

    /**
     * Removes a subvolume that {@link #nestedBelow} found, however deep it lies. What others move about meanwhile may make
     * this fail, but not remove another one.
     *
     * @param root the root directory of the subvolume that was asked about
     */
    public static void destroyNested(FileHandle root, NestedSubvolume nested) throws IOException {
        try {
            destroySubvolume(root, nested.id());
        } catch (LinuxException e) {
            if (!e.is(Errno.ENAMETOOLONG) || nested.path().length == 0) {
                throw e;
            }
            new NestedPath(root, nested.path()).destroy(nested.id());
        }
    }

    /** The id of the subvolume that holds this file or directory. */
    public static long subvolumeId(FileHandle file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(INO_LOOKUP_SIZE, Long.BYTES);
            arguments.set(JAVA_LONG, 8, FIRST_FREE_OBJECTID);
            Ioctl.call(file, INO_LOOKUP, arguments, "ask the subvolume of " + file);
            return arguments.get(JAVA_LONG, 0);
        }
    }

    /** Whether this is the root directory of a subvolume, mounted or not; a symbolic link is not. */
    public static boolean isSubvolumeRoot(Path path) throws IOException {
        Statx stat = Statx.ofLink(path);
        return stat.isKind(Statx.S_IFDIR)
                && stat.inode() == FIRST_FREE_OBJECTID
                && FileSystemStat.of(path).isBtrfs();
    }

    /** As {@link #isSubvolumeRoot(Path)}, of a directory on btrfs that is open. */
    public static boolean isSubvolumeRoot(FileHandle directory) throws IOException {
        return Statx.of(directory).inode() == FIRST_FREE_OBJECTID;
    }

    /** Takes the mark of a subvolume that nothing in it may change, whoever set it. */
    public static void makeWritable(FileHandle subvolumeRoot) throws IOException {
        setFlags(subvolumeRoot, 0, "make writable the subvolume " + subvolumeRoot);
    }

    /** Sees to it that nothing in a subvolume can change any more but by {@link #makeWritable}. Nobody may be writing to it. */
    public static void makeReadOnly(FileHandle subvolumeRoot) throws IOException {
        setFlags(subvolumeRoot, SUBVOL_RDONLY, "make read-only the subvolume " + subvolumeRoot);
    }

    private static void setFlags(FileHandle subvolumeRoot, long value, String attempted) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flags = arena.allocateFrom(JAVA_LONG, value);
            Ioctl.call(subvolumeRoot, SUBVOL_SETFLAGS, flags, attempted);
        }
    }

    /**
     * All subvolumes below this one, however deep, each before the one that it lies in: in this order they can be removed.
     * Anyone who may write in a subvolume can make one there at any time.
     */
    public static List<NestedSubvolume> nestedBelow(FileHandle anyDirOfFs, long rootId) throws IOException {
        return new NestedSubvolumes(anyDirOfFs).below(rootId);
    }

    /** The subvolumes that lie in this one directly, in no order. */
    public static List<NestedReference> nestedIn(FileHandle anyDirOfFs, long subvolume) throws IOException {
        return new NestedSubvolumes(anyDirOfFs).references(subvolume);
    }

    /**
     * Whether a subvolume has an entry like this: one that was copied from where the reference was found still names the nested
     * subvolume there, though it only holds an empty directory in its place.
     *
     * @param subvolume has not been changed since the last commit
     */
    public static boolean refers(FileHandle anyDirOfFs, long subvolume, NestedReference reference) throws IOException {
        return new NestedSubvolumes(anyDirOfFs).refers(subvolume, reference);
    }

    /**
     * The path of a directory of this number, relative to the subvolume's root; empty bytes for the root itself. Nothing if there is
     * none, or its path is longer than 256 KiB.
     */
    public static Optional<byte[]> directoryPath(FileHandle anyDirOfFs, long subvolume, long directory)
            throws IOException {
        return new NestedSubvolumes(anyDirOfFs).directoryPath(subvolume, directory);
    }

    public static FsInfo info(FileHandle anyDirOfFs) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(FS_INFO_SIZE, Long.BYTES);
            info.set(JAVA_LONG, 48, FS_INFO_FLAG_GENERATION);
            Ioctl.call(anyDirOfFs, FS_INFO, info, "look at the file system of " + anyDirOfFs);
            ByteBuffer fsid = ByteBuffer.wrap(info.asSlice(16, 16).toArray(JAVA_BYTE));
            return new FsInfo(
                    new UUID(fsid.getLong(), fsid.getLong()),
                    info.get(JAVA_LONG, 8),
                    info.get(JAVA_INT, 32),
                    info.get(JAVA_INT, 36),
                    info.get(JAVA_LONG, 56));
        }
    }

    /**
     * Makes durable what was done to the file system's structure until now: subvolumes, names, groups, limits. Waits for
     * the disk. File contents that were written and not synced are not waited for.
     *
     * <p>Says that the subvolume was not received from anywhere, which it was not before either: that is the request that has its
     * caller commit the transaction, and writes nobody's data ({@code _btrfs_ioctl_set_received_subvol}). {@code START_SYNC} has
     * another thread do it, whose wake-up is lost if it was about to sleep: then nothing is committed for half a minute (seen on
     * 6.18, {@code btrfs_commit_transaction_async} and {@code transaction_kthread}).
     *
     * @param subvolume the root directory of a writable subvolume that was made here, not received
     */
    public static void commit(FileHandle subvolume) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(RECEIVED_SUBVOL_SIZE, Long.BYTES);
            Ioctl.call(subvolume, SET_RECEIVED_SUBVOL, arguments, "commit " + subvolume);
        }
    }

    /**
     * Writes and commits everything, and wakes the thread that frees what removed subvolumes held, which else sleeps up to half a minute
     * ({@code btrfs_ioctl}, {@code BTRFS_IOC_SYNC}; {@code transaction_kthread}).
     */
    public static void sync(FileHandle anyDirOfFs) throws IOException {
        Ioctl.call(anyDirOfFs, SYNC, MemorySegment.NULL, "sync the file system of " + anyDirOfFs);
    }

    /** Whether there are subvolumes that were removed and whose space was not freed yet. */
    public static boolean hasDeadSubvolumes(FileHandle anyDirOfFs) throws IOException {
        List<Long> dead = new ArrayList<>();
        new TreeSearch(ROOT_TREE, ORPHAN_OBJECT, ORPHAN_ITEM_KEY, 0, TreeSearch.ANY_OFFSET)
                .forEach(anyDirOfFs, item -> dead.add(item.offset()));
        return !dead.isEmpty();
    }

    /**
     * Makes the file system this large on one of its devices: at most the device's size, rounded down to whole sectors.
     * {@code EFBIG} beyond it. Shrinking moves what lies beyond and can take long; {@code ENOSPC} when it does not fit.
     *
     * @param devId 1 where there is but one device
     */
    public static void resize(FileHandle anyDirOfFs, long devId, long bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(VOLUME_ARGUMENTS_SIZE, Long.BYTES);
            putName(arguments, V1_NAME, encoded(devId + ":" + bytes));
            String attempted = "resize " + anyDirOfFs + " to " + bytes + " bytes";
            // A positive answer is no success: BTRFS_ERROR_DEV_EXCL_RUN_IN_PROGRESS while a balance or the like runs.
            if (Ioctl.call(anyDirOfFs, RESIZE, arguments, attempted) > 0) {
                throw new LinuxException(attempted + ": a balance or another exclusive operation runs", Errno.EBUSY);
            }
        }
    }

    /**
     * How many bytes of one of its devices the file system takes for its own.
     *
     * @param devId as in {@link #resize}
     */
    public static long deviceBytes(FileHandle anyDirOfFs, long devId) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(DEV_INFO_SIZE, Long.BYTES);
            info.set(JAVA_LONG, 0, devId);
            Ioctl.call(anyDirOfFs, DEV_INFO, info, "ask the size of device " + devId + " of " + anyDirOfFs);
            return info.get(JAVA_LONG, DEV_INFO_TOTAL_BYTES);
        }
    }

    /**
     * Makes another thread's {@link #resize} that moves data end soon, with {@code ECANCELED}: Linux 5.14. {@code ENOTCONN}
     * when there is none.
     */
    public static void cancelResize(FileHandle anyDirOfFs) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(VOLUME_ARGUMENTS_SIZE, Long.BYTES);
            putName(arguments, V1_NAME, encoded("cancel"));
            Ioctl.call(anyDirOfFs, RESIZE, arguments, "cancel the resize of " + anyDirOfFs);
        }
    }

    /** What is allocated to each kind of data, and what of it is used. */
    public static List<SpaceInfo> spaceInfo(FileHandle anyDirOfFs) throws IOException {
        String attempted = "ask the space of " + anyDirOfFs;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(SPACE_ARGUMENTS_SIZE, Long.BYTES);
            Ioctl.call(anyDirOfFs, SPACE_INFO, count, attempted);
            long slots = count.get(JAVA_LONG, 8);
            MemorySegment full = arena.allocate(SPACE_ARGUMENTS_SIZE + slots * SPACE_INFO_SIZE, Long.BYTES);
            full.set(JAVA_LONG, 0, slots);
            Ioctl.call(anyDirOfFs, SPACE_INFO, full, attempted);
            List<SpaceInfo> spaces = new ArrayList<>();
            long filled = Math.min(slots, full.get(JAVA_LONG, 8));
            for (MemorySegment one = full.asSlice(SPACE_ARGUMENTS_SIZE); spaces.size() < filled; ) {
                spaces.add(new SpaceInfo(one.get(JAVA_LONG, 0), one.get(JAVA_LONG, 8), one.get(JAVA_LONG, 16)));
                one = one.asSlice(SPACE_INFO_SIZE);
            }
            return spaces;
        }
    }

    /**
     * How this file system counts: /sys/fs/btrfs/FSID/qgroups.
     *
     * @param sys where sysfs is mounted: {@code /sys}
     */
    public static QuotaMode quotaMode(Path sys, UUID fsid) throws IOException {
        Path qgroups = sys.resolve("fs/btrfs/" + fsid + "/qgroups");
        try {
            if (!Files.readString(qgroups.resolve("enabled")).strip().equals("1")) {
                return QuotaMode.OFF;
            }
            String mode = Files.readString(qgroups.resolve("mode")).strip();
            return mode.equals("squota") ? QuotaMode.SIMPLE : QuotaMode.FULL;
        } catch (NoSuchFileException e) {
            boolean beforeModes = Files.exists(qgroups.resolve("enabled"));
            return beforeModes ? QuotaMode.FULL : QuotaMode.OFF;
        }
    }

    /**
     * Starts to count by simple quotas. Only extents that are written from now on are counted. {@code EINVAL} on a kernel
     * older than 6.7. Does nothing when quotas of either kind are on.
     */
    public static void enableSimpleQuota(FileHandle anyDirOfFs) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(16, Long.BYTES);
            arguments.set(JAVA_LONG, 0, QUOTA_CTL_ENABLE_SIMPLE_QUOTA);
            Ioctl.call(anyDirOfFs, QUOTA_CTL, arguments, "enable simple quotas on " + anyDirOfFs);
        }
    }

    /** The id of a quota group: level 0 is a subvolume's own, with the subvolume's id. */
    public static long groupId(int level, long id) {
        if (level < 0 || level > 0xFFFF || id < 0 || id >>> GROUP_LEVEL_SHIFT != 0) {
            throw new IllegalArgumentException("no such quota group: " + level + "/" + id);
        }
        return (long) level << GROUP_LEVEL_SHIFT | id;
    }

    private static String groupName(long qgroupId) {
        long id = qgroupId & ((1L << GROUP_LEVEL_SHIFT) - 1);
        return (qgroupId >>> GROUP_LEVEL_SHIFT) + "/" + id;
    }

    /** Makes a quota group of level 1 or higher, without members or limit. {@code EEXIST} when there is one. */
    public static void createGroup(FileHandle anyDirOfFs, long qgroupId) throws IOException {
        createOrRemove(anyDirOfFs, true, qgroupId);
    }

    /**
     * Removes a quota group. {@code EBUSY} while it has members or, of level 0, while its subvolume is there or something
     * that it wrote; {@code ENOENT} when there is no such group.
     */
    public static void removeGroup(FileHandle anyDirOfFs, long qgroupId) throws IOException {
        createOrRemove(anyDirOfFs, false, qgroupId);
    }

    private static void createOrRemove(FileHandle anyDirOfFs, boolean create, long qgroupId) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(16, Long.BYTES);
            arguments.set(JAVA_LONG, 0, create ? 1 : 0);
            arguments.set(JAVA_LONG, 8, qgroupId);
            String verb = create ? "create" : "remove";
            Ioctl.call(
                    anyDirOfFs,
                    QGROUP_CREATE,
                    arguments,
                    verb + " the quota group " + groupName(qgroupId) + " of " + anyDirOfFs);
        }
    }

    /** Makes one quota group a member of another, of a higher level. {@code EEXIST} when it is one. */
    public static void assign(FileHandle anyDirOfFs, long member, long group) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(24, Long.BYTES);
            arguments.set(JAVA_LONG, 0, 1);
            arguments.set(JAVA_LONG, 8, member);
            arguments.set(JAVA_LONG, 16, group);
            Ioctl.call(
                    anyDirOfFs,
                    QGROUP_ASSIGN,
                    arguments,
                    "put the quota group " + groupName(member) + " of " + anyDirOfFs + " into " + groupName(group));
        }
    }

    /**
     * Limits what a group and its members use together. Writes beyond it fail with {@code EDQUOT}.
     *
     * @param maxReferenced in bytes; empty for no limit
     */
    public static void limitGroup(FileHandle anyDirOfFs, long qgroupId, OptionalLong maxReferenced) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(QGROUP_LIMIT_SIZE, Long.BYTES);
            arguments.set(JAVA_LONG, 0, qgroupId);
            arguments.set(JAVA_LONG, 8, QGROUP_LIMIT_MAX_RFER);
            arguments.set(JAVA_LONG, 16, maxReferenced.orElse(NO_LIMIT));
            Ioctl.call(
                    anyDirOfFs,
                    QGROUP_LIMIT,
                    arguments,
                    "limit the quota group " + groupName(qgroupId) + " of " + anyDirOfFs);
        }
    }

    /**
     * What a group used when the last transaction was committed, at most 30 seconds ago as file systems are mounted;
     * {@link #commit} before it for the present. Empty when there is no such group, or quotas are off.
     */
    public static Optional<GroupUsage> groupUsage(FileHandle anyDirOfFs, long qgroupId) throws IOException {
        List<GroupUsage> found = new ArrayList<>();
        OptionalLong limit = groupLimit(anyDirOfFs, qgroupId);
        searchGroups(
                anyDirOfFs,
                0,
                QGROUP_INFO_KEY,
                qgroupId,
                qgroupId,
                // struct btrfs_qgroup_info_item: generation, rfer, rfer_cmpr, excl, excl_cmpr
                item -> found.add(new GroupUsage(item.number(8), item.number(24), limit)));
        return found.stream().findFirst();
    }

    private static OptionalLong groupLimit(FileHandle anyDirOfFs, long qgroupId) throws IOException {
        List<Long> limits = new ArrayList<>();
        searchGroups(anyDirOfFs, 0, QGROUP_LIMIT_KEY, qgroupId, qgroupId, item -> {
            // struct btrfs_qgroup_limit_item: flags, max_rfer, ...
            if ((item.number(0) & QGROUP_LIMIT_MAX_RFER) != 0 && item.number(8) != NO_LIMIT) {
                limits.add(item.number(8));
            }
        });
        return limits.stream().mapToLong(Long::longValue).findFirst();
    }

    /** The ids of all quota groups of one level, in ascending order; none when quotas are off. */
    public static List<Long> groups(FileHandle anyDirOfFs, int level) throws IOException {
        List<Long> groups = new ArrayList<>();
        long last = groupId(level, (1L << GROUP_LEVEL_SHIFT) - 1);
        searchGroups(anyDirOfFs, 0, QGROUP_INFO_KEY, groupId(level, 0), last, item -> groups.add(item.offset()));
        return groups;
    }

    /** The ids of the groups that are direct members of this one, in ascending order; none when quotas are off. */
    public static List<Long> members(FileHandle anyDirOfFs, long qgroupId) throws IOException {
        List<Long> members = new ArrayList<>();
        // Relations stand in the tree in both directions; a member's level is lower, and with it its id.
        searchGroups(anyDirOfFs, qgroupId, QGROUP_RELATION_KEY, 0, qgroupId - 1, item -> members.add(item.offset()));
        return members;
    }

    private static void searchGroups(
            FileHandle anyDirOfFs, long object, int type, long first, long last, Consumer<TreeSearch.Item> consumer)
            throws IOException {
        try {
            new TreeSearch(QUOTA_TREE, object, type, first, last).forEach(anyDirOfFs, consumer);
        } catch (LinuxException e) {
            // Without quotas there is no such tree.
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    /**
     * Counters of one kind of space: /sys/fs/btrfs/FSID/allocation.
     *
     * @param sys where sysfs is mounted: {@code /sys}
     * @param kind {@code data}, {@code metadata} or {@code system}
     */
    public static Allocation allocation(Path sys, UUID fsid, String kind) throws IOException {
        Path counters = sys.resolve("fs/btrfs/" + fsid + "/allocation/" + kind);
        return new Allocation(
                counter(counters, "total_bytes"),
                counter(counters, "bytes_used"),
                counter(counters, "bytes_pinned"),
                counter(counters, "bytes_reserved"),
                counter(counters, "bytes_may_use"),
                counter(counters, "bytes_readonly"),
                counter(counters, "disk_total"));
    }

    private static long counter(Path counters, String name) throws IOException {
        return Long.parseUnsignedLong(Files.readString(counters.resolve(name)).strip());
    }

    private static byte[] encoded(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private static void putName(MemorySegment arguments, int at, byte[] name) {
        FileHandle.checkName(name);
        if (name.length > NAME_MAX) {
            throw new IllegalArgumentException("longer than " + NAME_MAX + " bytes: '" + RawPath.display(name) + "'");
        }
        MemorySegment.copy(name, 0, arguments, JAVA_BYTE, at, name.length);
    }
}
