package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code BTRFS_IOC_INO_LOOKUP}, struct btrfs_ioctl_ino_lookup_args in include/uapi/linux/btrfs.h.
 *
 * @param tree the subvolume that was looked in
 * @param path of the inode, from the subvolume's root, with a slash at the end; empty for the root itself
 */
@SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
record InodeLookup(long tree, byte[] path) {
    private static final int SIZE = 4096;
    private static final int NAME = 16;
    private static final long INO_LOOKUP = Ioctl.readWrite(Btrfs.IOCTL_MAGIC, 18, SIZE);

    /**
     * Where this inode is.
     *
     * @param tree the subvolume to look in; 0 for the one that the file is in
     */
    static InodeLookup of(Arena arena, FileHandle file, long tree, long inode) throws LinuxException {
        MemorySegment arguments = arena.allocate(SIZE, Long.BYTES);
        arguments.set(JAVA_LONG, 0, tree);
        arguments.set(JAVA_LONG, 8, inode);
        Ioctl.call(file, INO_LOOKUP, arguments, "look up inode " + inode + " in subvolume " + tree + " of " + file);
        return new InodeLookup(arguments.get(JAVA_LONG, 0), FileHandle.cString(arguments.asSlice(NAME)));
    }
}
