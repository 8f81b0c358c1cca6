package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * What changed between two read-only subvolumes, as the kernel tells it: {@code BTRFS_IOC_SEND}, include/uapi/linux/btrfs.h and
 * fs/btrfs/send.h. The kernel compares the trees of metadata and skips what they share, so it costs what changed. Needs
 * {@code CAP_SYS_ADMIN}.
 *
 * <p>Meanwhile neither can be removed or made writable: {@code EPERM}. It fails with {@code ENAMETOOLONG} when the path of something
 * that changed is longer than 4 KiB.
 */
public final class BtrfsSend {
    private static final int SEND_ARGUMENTS_SIZE = 72;
    private static final long SEND = Ioctl.write(Btrfs.IOCTL_MAGIC, 38, SEND_ARGUMENTS_SIZE);
    // struct btrfs_ioctl_send_args: send_fd, clone_sources_count, clone_sources, parent_root, flags, version, reserved
    private static final int PARENT_ROOT = 24;
    private static final int FLAGS = 32;
    private static final long NO_FILE_DATA = 1;
    private static final int BUFFER_SIZE = 64 * 1024;

    private BtrfsSend() {}

    /** Reads the stream. */
    public interface Reader {
        void read(InputStream stream) throws IOException;
    }

    /**
     * Has the stream read that leads from one subvolume to the other, in version 1 of its format, without the content of files.
     *
     * @param to the root directory of a read-only subvolume
     * @param from the id of another on the same file system
     * @throws LinuxException if the kernel could not tell all; the reader may have read part of it
     */
    public static void changes(FileHandle to, long from, Reader reader) throws IOException {
        Ends ends = pipe();
        FutureTask<Long> sending = new FutureTask<>(() -> {
            try (FileHandle write = ends.write()) {
                return send(to, from, write);
            }
        });
        try (FileHandle read = ends.read()) {
            // A thread of its own, for the kernel waits in it until the stream is read.
            Thread.ofPlatform().name("btrfs send").start(sending);
            reader.read(new PipeStream(read));
        } catch (IOException | RuntimeException e) {
            // What the reader missed says less than why the kernel ended early.
            failWithSender(sending, e);
            throw e;
        }
        await(sending);
    }

    private static void failWithSender(FutureTask<Long> sending, Exception e) throws IOException {
        try {
            await(sending);
        } catch (LinuxException refusal) {
            if (!refusal.is(Errno.EPIPE)) {
                refusal.addSuppressed(e);
                throw refusal;
            }
        }
    }

    private static void await(FutureTask<Long> sending) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    sending.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof IOException failure) {
                        throw failure;
                    }
                    throw new IllegalStateException(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static long send(FileHandle to, long from, FileHandle write) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(SEND_ARGUMENTS_SIZE, Long.BYTES);
            arguments.set(JAVA_LONG, 0, write.fd());
            arguments.set(JAVA_LONG, PARENT_ROOT, from);
            arguments.set(JAVA_LONG, FLAGS, NO_FILE_DATA);
            return Ioctl.call(to, SEND, arguments, "compare the subvolume " + to + " with subvolume " + from);
        }
    }

    private record Ends(FileHandle read, FileHandle write) {}

    private static Ends pipe() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            LinuxException.check(Libc.pipe2(ends, OpenFlags.O_CLOEXEC), () -> "make a pipe");
            return new Ends(
                    FileHandle.owning(ends.getAtIndex(JAVA_INT, 0), "a pipe"),
                    FileHandle.owning(ends.getAtIndex(JAVA_INT, 1), "a pipe"));
        }
    }

    /** Reads a pipe through a buffer. */
    private static final class PipeStream extends InputStream {
        private final FileHandle pipe;
        private final byte[] buffer = new byte[BUFFER_SIZE];
        private int position;
        private int limit;

        PipeStream(FileHandle pipe) {
            this.pipe = pipe;
        }

        @Override
        public int read() throws IOException {
            return isAtEnd() ? -1 : Byte.toUnsignedInt(buffer[position++]);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length > 0 && isAtEnd()) {
                return -1;
            }
            int count = Math.min(length, limit - position);
            System.arraycopy(buffer, position, target, offset, count);
            position += count;
            return count;
        }

        private boolean isAtEnd() throws IOException {
            if (position == limit) {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment filled = arena.allocate(BUFFER_SIZE);
                    position = 0;
                    limit = (int) LinuxException.check(Libc.read(pipe.fd(), filled), () -> "read " + pipe);
                    MemorySegment.copy(filled, ValueLayout.JAVA_BYTE, 0, buffer, 0, limit);
                }
            }
            return limit == 0;
        }
    }
}
