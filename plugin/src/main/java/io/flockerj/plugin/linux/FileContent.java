package io.flockerj.plugin.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** What is in an open file. Buffers are direct ones. */
public final class FileContent {
    // include/uapi/linux/fs.h
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int BUFFER = 128 << 10;
    private static final long FICLONE = Ioctl.write(0x94, 9, Integer.BYTES);

    private FileContent() {}

    /** Reads from this offset into what remains of the buffer, as much as there is; answers how much, 0 at the end of the file. */
    public static int read(FileHandle file, long offset, ByteBuffer into) throws IOException {
        MemorySegment segment = direct(into);
        int count = (int)
                LinuxException.check(Libc.pread(file.fd(), segment, offset), () -> "read at " + offset + " of " + file);
        into.position(into.position() + count);
        return count;
    }

    /** Writes all that remains of the buffer to this offset. */
    public static void write(FileHandle file, long offset, ByteBuffer from) throws IOException {
        long at = offset;
        while (from.hasRemaining()) {
            long place = at;
            long count = LinuxException.check(
                    Libc.pwrite(file.fd(), direct(from), at), () -> "write at " + place + " of " + file);
            from.position(from.position() + (int) count);
            at += count;
        }
    }

    /** Where the first data lie that are not before this offset; empty when there are only holes to the end. */
    public static OptionalLong data(FileHandle file, long from) throws IOException {
        long result = Libc.lseek(file.fd(), from, SEEK_DATA);
        if (result == -Errno.ENXIO) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(LinuxException.check(result, () -> "look for data in " + file));
    }

    /** Where the first hole begins that is not before this offset, at the latest the end of the file; the offset, if that is beyond. */
    public static long hole(FileHandle file, long from) throws IOException {
        long result = Libc.lseek(file.fd(), from, SEEK_HOLE);
        if (result == -Errno.ENXIO) {
            return from;
        }
        return LinuxException.check(result, () -> "look for holes in " + file);
    }

    /**
     * Makes an empty file share what another holds, so that nothing is copied until one of them is changed.
     *
     * @return false where that is not possible: between file systems, on those that cannot, and between files that btrfs writes
     *     in place and others
     */
    public static boolean share(FileHandle from, FileHandle to) throws IOException {
        long result = Libc.ioctl(to.fd(), FICLONE, MemorySegment.ofAddress(from.fd()));
        if (result == -Errno.EXDEV
                || result == -Errno.EOPNOTSUPP
                || result == -Errno.EINVAL
                || result == -Errno.ENOTTY) {
            return false;
        }
        LinuxException.check(result, () -> "let " + to + " share the content of " + from);
        return true;
    }

    /** Copies a part of one file to the same place in another; as much as there is. */
    public static void copy(FileHandle from, FileHandle to, long offset, long length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        long done = 0;
        while (done < length) {
            buffer.clear().limit((int) Math.min(BUFFER, length - done));
            int count = read(from, offset + done, buffer);
            if (count == 0) {
                return;
            }
            write(to, offset + done, buffer.flip());
            done += count;
        }
    }

    private static MemorySegment direct(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("the kernel needs a direct buffer");
        }
        return MemorySegment.ofBuffer(buffer);
    }
}
