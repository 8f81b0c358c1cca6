package io.flockerj.store.tree;

import io.flockerj.store.id.Id;
import java.util.Optional;

/**
 * What is known of a file of any type beside its name and what it holds. Numbers of devices and inodes, the time of change and the time
 * of access are not: they differ from host to host, and would make equal trees differ.
 *
 * @param mode permissions, setuid, setgid and sticky: 12 bits
 * @param owner the user's number, of 32 bits
 * @param group the group's number, of 32 bits
 * @param seconds of the time of modification since 1970; from -2^62 to 2^62 - 1
 * @param nanos of that time, from 0 to 999,999,999
 * @param flags those of {@link #FLAGS} that are set
 * @param links what all names of this one file in the tree have in common; empty if there is one name
 * @param attributes extended attributes, access control lists among them
 */
public record Metadata(
        int mode,
        long owner,
        long group,
        long seconds,
        int nanos,
        int flags,
        Optional<Id> links,
        Attributes attributes) {
    /** All bits that {@link #mode} may have. */
    public static final int MODES = 07777;

    /** FS_SYNC_FL, FS_IMMUTABLE_FL, FS_APPEND_FL, FS_NODUMP_FL, FS_NOATIME_FL and FS_DIRSYNC_FL of linux/fs.h. */
    public static final int FLAGS = 0x8 | 0x10 | 0x20 | 0x40 | 0x80 | 0x10000;

    static final long GREATEST_ID = 0xffff_ffffL;
    static final int GREATEST_NANOS = 999_999_999;

    public Metadata {
        boolean valid = (mode & ~MODES) == 0
                && owner >= 0
                && owner <= GREATEST_ID
                && group >= 0
                && group <= GREATEST_ID
                && seconds >= -(1L << 62)
                && seconds < 1L << 62
                && nanos >= 0
                && nanos <= GREATEST_NANOS
                && (flags & ~FLAGS) == 0;
        if (!valid) {
            throw new IllegalArgumentException("metadata that cannot be written down");
        }
    }
}
