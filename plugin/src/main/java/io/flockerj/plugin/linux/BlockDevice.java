package io.flockerj.plugin.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** What is asked of a whole block device. */
public final class BlockDevice {
    /** {@code _IO(0x12, 97)}, include/uapi/linux/fs.h. */
    private static final long BLKFLSBUF = 0x1261;

    private BlockDevice() {}

    /** Whether this is a block device, symbolic links followed; {@code ENOENT} if there is nothing. */
    public static boolean isOne(Path path) throws IOException {
        return Statx.of(path).isKind(Statx.S_IFBLK);
    }

    /** Writes back and forgets what the kernel has cached of a device, so that the next read tells what is on it. */
    public static void forgetCache(Path device) throws IOException {
        try (FileHandle handle = FileHandle.openRead(device)) {
            Ioctl.call(handle, BLKFLSBUF, MemorySegment.NULL, "drop the cache of " + device);
        }
    }

    /** Whether nothing has the device mounted, or open for itself alone: open(2) with {@code O_EXCL} succeeds only then. */
    public static boolean isUnused(Path device) throws IOException {
        try {
            FileHandle.openExclusively(device).close();
            return true;
        } catch (LinuxException e) {
            if (e.is(Errno.EBUSY)) {
                return false;
            }
            throw e;
        }
    }
}
