package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.linux.Inodes;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Set;

/**
 * Where a walk was made. What looks the same somewhere else may be another thing: other file systems have files of the same numbers, and
 * of the same times if they are copies; one that was not mounted for a while may have been written to elsewhere.
 *
 * @param boot the kernel's id of its boot: after a loss of power the content of a file can be newer than its times
 * @param mount the directory's, {@link FileStatus#mount}
 * @param fileSystem what kind of file system
 * @param fileSystemId which of them
 * @param directory the directory itself
 */
record Origin(String boot, long mount, long fileSystem, long fileSystemId, Inodes.Identity directory) {
    /**
     * On these every write shows in the times of the file, after a sync at the latest. On tmpfs it does not: who writes to memory that a file
     * is mapped into changes no time (mm/shmem.c has no {@code page_mkwrite}). Nor is it known of file systems that are not named here.
     */
    private static final Set<Long> TELLING = Set.of(
            FileSystemStat.EXT4_MAGIC,
            FileSystemStat.XFS_MAGIC,
            FileSystemStat.BTRFS_MAGIC,
            FileSystemStat.F2FS_MAGIC,
            FileSystemStat.NFS_MAGIC,
            FileSystemStat.CEPH_MAGIC);

    /** These take the time from the kernel of this host, all alike. */
    private static final Set<Long> OF_THIS_HOST = Set.of(
            FileSystemStat.EXT4_MAGIC, FileSystemStat.XFS_MAGIC, FileSystemStat.BTRFS_MAGIC, FileSystemStat.F2FS_MAGIC);

    static Origin of(String boot, FileHandle directory) throws IOException {
        FileStatus status = FileStatus.of(directory);
        FileSystemStat fileSystem = FileSystemStat.of(directory);
        return new Origin(boot, status.mount(), fileSystem.typeMagic(), fileSystem.fsid(), status.identity());
    }

    /** Whether it can be told by its times that a file is as it was. */
    boolean isTelling() {
        return TELLING.contains(fileSystem);
    }

    /** Whether a file was made by the clock that the times here are of. */
    boolean hasClockOf(FileHandle made) throws IOException {
        return Inodes.identity(made).device() == directory.device()
                || (OF_THIS_HOST.contains(fileSystem)
                        && OF_THIS_HOST.contains(FileSystemStat.of(made).typeMagic()));
    }

    void write(DataOutput out) throws IOException {
        out.writeUTF(boot);
        out.writeLong(mount);
        out.writeLong(fileSystem);
        out.writeLong(fileSystemId);
        out.writeLong(directory.device());
        out.writeLong(directory.inode());
    }

    static Origin read(DataInput in) throws IOException {
        return new Origin(
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                new Inodes.Identity(in.readLong(), in.readLong()));
    }
}
