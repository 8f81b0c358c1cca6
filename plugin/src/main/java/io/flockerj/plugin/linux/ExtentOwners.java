package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Which subvolumes refer to a piece of the disk: {@code BTRFS_IOC_LOGICAL_INO_V2}, include/uapi/linux/btrfs.h. Subvolumes that were
 * removed do not count, also before the kernel has cleaned up after them. Needs {@code CAP_SYS_ADMIN}.
 */
public final class ExtentOwners implements AutoCloseable {
    private static final int ARGUMENTS_SIZE = 56;
    private static final long LOGICAL_INO_V2 = Ioctl.readWrite(Btrfs.IOCTL_MAGIC, 59, ARGUMENTS_SIZE);
    // struct btrfs_ioctl_logical_ino_args: logical, size, reserved[3], flags, inodes
    private static final int SIZE = 8;
    private static final int FLAGS = 40;
    private static final int INODES = 48;
    /** All that refer to any part of the piece, and not only to its first byte. */
    private static final long IGNORE_OFFSET = 1;

    // struct btrfs_data_container: bytes_left, bytes_missing, elem_cnt, elem_missed, then of each: inode, offset, root
    private static final int COUNT = 8;
    private static final int MISSED = 12;
    private static final int FIRST_ROOT = 32;
    private static final int EACH = 24;
    /** For 170 references: whoever has more is hardly the only one. */
    private static final int CONTAINER_SIZE = 4096;

    // include/uapi/linux/btrfs_tree.h: what a subvolume is called where lies in the tree of roots.
    private static final long ROOT_TREE = 1;
    private static final int ROOT_BACKREF_KEY = 144;
    private static final long FIRST_SUBVOLUME = 256;

    private final FileHandle fileSystem;
    private final Map<Long, Boolean> there = new HashMap<>();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment arguments = arena.allocate(ARGUMENTS_SIZE, Long.BYTES);
    private final MemorySegment container = arena.allocate(CONTAINER_SIZE, Long.BYTES);

    /** @param fileSystem any open directory of the file system; used by one thread only */
    public ExtentOwners(FileHandle fileSystem) {
        this.fileSystem = fileSystem;
    }

    /** Whether nothing but these subvolumes refers to the piece at an address; false also where more refer to it than can be told. */
    public boolean areAmong(Set<Long> subvolumes, long address) throws IOException {
        arguments.set(JAVA_LONG, 0, address);
        arguments.set(JAVA_LONG, SIZE, CONTAINER_SIZE);
        arguments.set(JAVA_LONG, FLAGS, IGNORE_OFFSET);
        arguments.set(JAVA_LONG, INODES, container.address());
        Ioctl.call(fileSystem, LOGICAL_INO_V2, arguments, "ask what refers to a piece of " + fileSystem);
        if (container.get(JAVA_INT, MISSED) != 0) {
            return false;
        }
        // Each reference has three numbers.
        int references = container.get(JAVA_INT, COUNT) / 3;
        for (int i = 0; i < references; i++) {
            long owner = container.get(JAVA_LONG, FIRST_ROOT + (long) i * EACH);
            if (!subvolumes.contains(owner) && isThere(owner)) {
                return false;
            }
        }
        return references > 0;
    }

    /** Not one that was removed, which refers to what it held until the kernel has cleaned up after it. */
    private boolean isThere(long subvolume) throws IOException {
        Boolean known = there.get(subvolume);
        if (known == null) {
            AtomicBoolean isNamed = new AtomicBoolean(subvolume < FIRST_SUBVOLUME);
            new TreeSearch(ROOT_TREE, subvolume, ROOT_BACKREF_KEY, 0, TreeSearch.ANY_OFFSET)
                    .forEach(fileSystem, item -> isNamed.set(true));
            known = isNamed.get();
            there.put(subvolume, known);
        }
        return known;
    }

    @Override
    public void close() {
        arena.close();
    }
}
