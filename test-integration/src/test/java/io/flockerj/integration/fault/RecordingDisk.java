package io.flockerj.integration.fault;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A disk that remembers everything: one file of a FUSE file system, to be attached to a loop device.
 *
 * <p>The kernel's page cache is kept out of it, so a write is recorded when the loop driver makes it, and a sync when
 * the loop driver passes a flush or a forced write on. Only that counts as a sync; closing the file does not. One thread
 * serves all requests in their order, so what a sync covers is just what stands before it in the log.
 *
 * <p>The protocol is that of include/uapi/linux/fuse.h, version 7.31: the file system has a root directory (node 1) and
 * the one file (node 2).
 */
final class RecordingDisk implements Closeable {
    private static final String NAME = "disk";
    private static final long ROOT = 1;
    private static final long FILE = 2;

    private static final int IN_HEADER = 40;
    private static final int OUT_HEADER = 16;
    private static final int ATTRIBUTES = 88;
    private static final int MAX_WRITE = 1 << 20;
    /** Room for a header, a write's own header, and one page to spare, as the kernel demands. */
    private static final int BUFFER = MAX_WRITE + 4096;

    private static final int S_IFDIR = 0_040000;
    private static final int S_IFREG = 0_100000;
    private static final int FUSE_BIG_WRITES = 1 << 5;
    private static final int FUSE_MAX_PAGES = 1 << 22;
    private static final int FOPEN_DIRECT_IO = 1;
    private static final long CACHED_SECONDS = 3600;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;
    private static final int FALLOC_FL_ZERO_RANGE = 16;

    private final int fuse;
    private final Path mountPoint;
    private final long size;
    private final FileChannel content;
    private final WriteLog log;
    private final Thread server;
    private volatile @Nullable IOException failure;
    private volatile boolean broken;

    private final MemorySegment in = Arena.ofAuto().allocate(BUFFER, 8);
    private final MemorySegment out = Arena.ofAuto().allocate(OUT_HEADER + MAX_WRITE, 8);

    /**
     * Mounts an empty disk of {@code size} bytes.
     *
     * @param mountPoint an empty directory
     * @param directory where the disk's content and its log are kept
     */
    RecordingDisk(Path mountPoint, Path directory, long size) throws IOException {
        this.mountPoint = mountPoint;
        this.size = size;
        content = FileChannel.open(
                directory.resolve("content"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        log = new WriteLog(directory.resolve("log"));
        fuse = LinuxCalls.open(Path.of("/dev/fuse"), LinuxCalls.O_RDWR | LinuxCalls.O_CLOEXEC);
        LinuxCalls.mount(
                "recording-disk", mountPoint, "fuse", 0, "fd=" + fuse + ",rootmode=40000,user_id=0,group_id=0");
        server = Thread.ofPlatform().name("recording-disk").daemon().start(this::serve);
    }

    /** The file to attach to a loop device. */
    Path file() {
        return mountPoint.resolve(NAME);
    }

    WriteLog log() {
        return log;
    }

    /** The position in the log now: all writes that returned before this call lie before it. */
    int mark() {
        return log.position();
    }

    /** From now on every write fails, or works again. */
    void breakWrites(boolean whether) {
        broken = whether;
    }

    /** Takes the disk away; a file system still mounted from it sees nothing but errors from then on. */
    @Override
    public void close() throws IOException {
        LinuxCalls.unmount(mountPoint, LinuxCalls.MNT_FORCE | LinuxCalls.MNT_DETACH);
        try {
            server.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LinuxCalls.close(fuse);
        content.close();
        log.close();
        IOException failed = failure;
        if (failed != null) {
            throw new IOException("the recording disk failed while serving", failed);
        }
    }

    private void serve() {
        while (true) {
            long length = LinuxCalls.read(fuse, in, BUFFER);
            if (length == -LinuxCalls.EINTR || length == -LinuxCalls.EAGAIN || length == -LinuxCalls.ENOENT) {
                continue;
            }
            if (length < 0) {
                return;
            }
            try {
                answer();
            } catch (IOException | UncheckedIOException e) {
                failure = new IOException(e);
                reply(-LinuxCalls.EIO, 0);
            }
        }
    }

    private void answer() throws IOException {
        int operation = in.get(JAVA_INT, 4);
        long node = in.get(JAVA_LONG, 16);
        switch (operation) {
            case 1 -> lookup(node);
            case 2, 42 -> {} // FORGET and BATCH_FORGET want no answer
            case 3, 4 -> { // GETATTR, SETATTR
                out.asSlice(OUT_HEADER, 16).fill((byte) 0);
                out.set(JAVA_LONG, OUT_HEADER, CACHED_SECONDS);
                attributes(node, OUT_HEADER + 16);
                reply(0, 16 + ATTRIBUTES);
            }
            case 14, 27 -> { // OPEN, OPENDIR
                out.asSlice(OUT_HEADER, 16).fill((byte) 0);
                out.set(JAVA_INT, OUT_HEADER + 8, operation == 14 ? FOPEN_DIRECT_IO : 0);
                reply(0, 16);
            }
            case 15 -> read();
            case 16 -> write();
            case 17 -> { // STATFS
                out.asSlice(OUT_HEADER, 80).fill((byte) 0);
                out.set(JAVA_LONG, OUT_HEADER, size / 4096);
                out.set(JAVA_INT, OUT_HEADER + 40, 4096);
                out.set(JAVA_INT, OUT_HEADER + 44, 255);
                out.set(JAVA_INT, OUT_HEADER + 48, 4096);
                reply(0, 80);
            }
            case 18, 25, 28, 29, 34 -> reply(0, 0); // RELEASE, FLUSH, READDIR (empty), RELEASEDIR, ACCESS
            case 20 -> { // FSYNC
                log.sync();
                reply(0, 0);
            }
            case 26 -> initialise();
            case 36 -> {} // INTERRUPT: every request is answered at once anyway
            case 43 -> allocate();
            default -> reply(-LinuxCalls.ENOSYS, 0);
        }
    }

    private void initialise() {
        out.asSlice(OUT_HEADER, 64).fill((byte) 0);
        out.set(JAVA_INT, OUT_HEADER, 7);
        out.set(JAVA_INT, OUT_HEADER + 4, 31);
        out.set(JAVA_INT, OUT_HEADER + 8, in.get(JAVA_INT, IN_HEADER + 8));
        out.set(JAVA_INT, OUT_HEADER + 12, FUSE_BIG_WRITES | FUSE_MAX_PAGES);
        out.set(JAVA_SHORT, OUT_HEADER + 16, (short) 64);
        out.set(JAVA_SHORT, OUT_HEADER + 18, (short) 48);
        out.set(JAVA_INT, OUT_HEADER + 20, MAX_WRITE);
        out.set(JAVA_INT, OUT_HEADER + 24, 1);
        out.set(JAVA_SHORT, OUT_HEADER + 28, (short) (MAX_WRITE / 4096));
        reply(0, 64);
    }

    private void lookup(long node) {
        byte[] name = NAME.getBytes(StandardCharsets.US_ASCII);
        boolean known = node == ROOT && in.get(JAVA_INT, 0) == IN_HEADER + name.length + 1;
        for (int i = 0; known && i < name.length; i++) {
            known = in.get(JAVA_BYTE, IN_HEADER + i) == name[i];
        }
        if (!known) {
            reply(-LinuxCalls.ENOENT, 0);
            return;
        }
        out.asSlice(OUT_HEADER, 40).fill((byte) 0);
        out.set(JAVA_LONG, OUT_HEADER, FILE);
        out.set(JAVA_LONG, OUT_HEADER + 16, CACHED_SECONDS);
        out.set(JAVA_LONG, OUT_HEADER + 24, CACHED_SECONDS);
        attributes(FILE, OUT_HEADER + 40);
        reply(0, 40 + ATTRIBUTES);
    }

    private void attributes(long node, long at) {
        out.asSlice(at, ATTRIBUTES).fill((byte) 0);
        out.set(JAVA_LONG, at, node);
        out.set(JAVA_LONG, at + 8, node == FILE ? size : 0);
        out.set(JAVA_LONG, at + 16, node == FILE ? size / 512 : 0);
        out.set(JAVA_INT, at + 60, node == FILE ? S_IFREG | 0600 : S_IFDIR | 0700);
        out.set(JAVA_INT, at + 64, 1);
        out.set(JAVA_INT, at + 80, 4096);
    }

    private void read() throws IOException {
        long offset = in.get(JAVA_LONG, IN_HEADER + 8);
        int wanted = (int) Math.min(in.get(JAVA_INT, IN_HEADER + 16), Math.max(0, size - offset));
        ByteBuffer data = out.asSlice(OUT_HEADER, wanted).asByteBuffer();
        while (data.hasRemaining() && content.read(data, offset + data.position()) > 0) {
            // short reads go on where they ended
        }
        out.asSlice(OUT_HEADER + data.position(), wanted - data.position()).fill((byte) 0);
        reply(0, wanted);
    }

    private void write() throws IOException {
        long offset = in.get(JAVA_LONG, IN_HEADER + 8);
        int length = in.get(JAVA_INT, IN_HEADER + 16);
        if (broken || offset + length > size) {
            reply(broken ? -LinuxCalls.EIO : -LinuxCalls.EINVAL, 0);
            return;
        }
        ByteBuffer data = in.asSlice(IN_HEADER + 40, length).asByteBuffer();
        log.write(offset, data.duplicate());
        while (data.hasRemaining()) {
            content.write(data, offset + data.position());
        }
        out.set(JAVA_INT, OUT_HEADER, length);
        out.set(JAVA_INT, OUT_HEADER + 4, 0);
        reply(0, 8);
    }

    private void allocate() throws IOException {
        long offset = in.get(JAVA_LONG, IN_HEADER + 8);
        long length = Math.min(in.get(JAVA_LONG, IN_HEADER + 16), size - offset);
        int mode = in.get(JAVA_INT, IN_HEADER + 24);
        if ((mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) == 0) {
            reply(mode == 0 ? 0 : -LinuxCalls.EOPNOTSUPP, 0);
            return;
        }
        log.zero(offset, length);
        Images.zero(content, offset, length);
        reply(0, 0);
    }

    private void reply(int error, int payload) {
        out.set(JAVA_INT, 0, OUT_HEADER + payload);
        out.set(JAVA_INT, 4, error);
        out.set(JAVA_LONG, 8, in.get(JAVA_LONG, 8));
        var _ = LinuxCalls.write(fuse, out, OUT_HEADER + payload);
    }
}
