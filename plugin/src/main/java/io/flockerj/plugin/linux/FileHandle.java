package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open descriptor of a file, a directory or a device. All are opened with {@code O_CLOEXEC}.
 *
 * <p>Names given to the methods ending in {@code At}, and to those that remove, are single names in this directory, as
 * bytes: a slash, a zero byte, an empty name, {@code .} and {@code ..} are refused with
 * {@link IllegalArgumentException}, and symbolic links are never followed.
 *
 * <p>A handle belongs to one owner: closing it while another thread uses it is the owner's mistake. Closing twice does
 * nothing.
 */
public final class FileHandle implements AutoCloseable {
    private static final int CLOSED = -1;
    /** The unit of stx_blocks, statx(2). */
    private static final long BLOCK = 512;
    /** Of characters in messages. */
    private static final int LABEL_LIMIT = 4096;
    // include/uapi/asm-generic/fcntl.h
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    // include/uapi/linux/fcntl.h
    private static final int AT_REMOVEDIR = 0x200;
    // include/uapi/linux/falloc.h
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;
    // include/uapi/linux/fs.h
    private static final long BLKGETSIZE64 = Ioctl.read(0x12, 114, Long.BYTES);
    // struct linux_dirent64, include/linux/dirent.h
    private static final int DIRENT_RECORD_LENGTH = 16;
    private static final int DIRENT_NAME = 19;
    private static final int DIRENT_BUFFER = 64 * 1024;

    private final AtomicInteger fd;
    private final String label;

    private FileHandle(int fd, String label) {
        this.fd = new AtomicInteger(fd);
        this.label = label;
    }

    /** Opens a directory, for reading. */
    public static FileHandle openDirectory(Path path) throws IOException {
        return open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, "open the directory");
    }

    /** Opens a file, a directory or a device for reading. */
    public static FileHandle openRead(Path path) throws IOException {
        return open(path, OpenFlags.O_RDONLY, 0, "open");
    }

    /** Opens a file or a device that exists, for reading and writing. */
    public static FileHandle openReadWrite(Path path) throws IOException {
        return open(path, OpenFlags.O_RDWR, 0, "open for writing");
    }

    /** A descriptor that was opened otherwise, and belongs to the handle from now on. */
    static FileHandle owning(int fd, String label) {
        return new FileHandle(fd, label);
    }

    /** Opens a block device for reading; {@code EBUSY} while it is mounted, or another has opened it so. */
    static FileHandle openExclusively(Path device) throws LinuxException {
        return open(device, OpenFlags.O_RDONLY | OpenFlags.O_EXCL, 0, "open for ourselves");
    }

    /** Opens a file for reading and writing, and makes it when it is not there, with this mode less the umask. */
    public static FileHandle openOrCreate(Path path, int mode) throws IOException {
        return open(path, OpenFlags.O_RDWR | OpenFlags.O_CREAT, mode, "open or create");
    }

    /** Opens whatever is there, a symbolic link itself too, without any effect on it: only to be looked at. */
    static FileHandle openUnfollowed(Path path) throws LinuxException {
        return open(path, OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW, 0, "look at");
    }

    /** Opens the directory of this name in this directory. A symbolic link is refused, with {@code ENOTDIR}. */
    public FileHandle openDirectoryAt(byte[] name) throws IOException {
        return openAt(name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, "open the directory");
    }

    /**
     * Opens the file of this name in this directory, for reading. Nothing else is opened, whoever put it there and when, for that may wait,
     * or have effects: what has the name is held first, and looked at.
     *
     * @return empty if it is no file, but a symbolic link, a fifo, a device or whatever else
     */
    public Optional<FileHandle> openFileAt(byte[] name) throws IOException {
        try (FileHandle held = openUnfollowedAt(name)) {
            return Statx.of(held).isKind(Statx.S_IFREG) ? Optional.of(held.reopenForReading()) : Optional.empty();
        }
    }

    /**
     * Opens the directory of this path below this directory, of any length, name by name; an empty path is this directory itself. A
     * symbolic link is refused, with {@code ENOTDIR}. What is moved about meanwhile decides where it ends.
     */
    public FileHandle openDirectoryBelow(byte[] path) throws IOException {
        FileHandle here = new FileHandle(reopened(), label);
        try {
            for (byte[] name : RawPath.names(path)) {
                FileHandle outer = here;
                here = outer.openDirectoryAt(name);
                outer.close();
            }
            return here;
        } catch (IOException | RuntimeException e) {
            here.close();
            throw e;
        }
    }

    private int reopened() throws LinuxException {
        int flags = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;
        byte[] itself = {'.'};
        return (int) LinuxException.check(Libc.openat(fd(), itself, flags, 0), () -> "open the directory " + label);
    }

    /** Makes a file of this name in this directory, for reading and writing; {@code EEXIST} when the name is taken. */
    public FileHandle createFileAt(byte[] name, int mode) throws IOException {
        checkName(name);
        String child = shortened(label + "/" + RawPath.display(name));
        int flags =
                OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
        long opened = LinuxException.check(Libc.openat(fd(), name, flags, mode), () -> "make the file " + child);
        return new FileHandle((int) opened, child);
    }

    /** Opens the file of this name in this directory, for reading and writing. A symbolic link is refused, with {@code ELOOP}. */
    public FileHandle openForWritingAt(byte[] name) throws IOException {
        return openAt(name, OpenFlags.O_RDWR | OpenFlags.O_NONBLOCK, "open for writing");
    }

    /** As {@link #openUnfollowed(Path)}, for what is open here. */
    FileHandle lookedAt() throws LinuxException {
        byte[] link = RawPath.bytes(Path.of("/proc/self/fd/" + fd()));
        int flags = OpenFlags.O_PATH | OpenFlags.O_CLOEXEC;
        long opened = LinuxException.check(Libc.openat(OpenFlags.AT_FDCWD, link, flags, 0), () -> "look at " + label);
        return new FileHandle((int) opened, label);
    }

    /** As {@link #openUnfollowed(Path)}, for a path below this directory, which openat2(2) resolves as it is told. */
    FileHandle lookBelow(byte[] path, long flags, long resolve) throws LinuxException {
        String child = shortened(label + "/" + RawPath.display(path));
        long all = OpenFlags.O_PATH | OpenFlags.O_CLOEXEC | flags;
        long opened = LinuxException.check(Libc.openat2(fd(), path, all, resolve), () -> "look at " + child);
        return new FileHandle((int) opened, child);
    }

    /** As {@link #openUnfollowed(Path)}, for a name in this directory. */
    FileHandle openUnfollowedAt(byte[] name) throws LinuxException {
        return openAt(name, OpenFlags.O_PATH, "look at");
    }

    private FileHandle openAt(byte[] name, int flags, String verb) throws LinuxException {
        checkName(name);
        String child = shortened(label + "/" + RawPath.display(name));
        int all = flags | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
        long opened = LinuxException.check(Libc.openat(fd(), name, all, 0), () -> verb + " " + child);
        return new FileHandle((int) opened, child);
    }

    /** How deep directories lie is up to others. */
    private static String shortened(String label) {
        return label.length() <= LABEL_LIMIT ? label : "…" + label.substring(label.length() - LABEL_LIMIT);
    }

    private static FileHandle open(Path path, int flags, int mode, String verb) throws LinuxException {
        int all = flags | OpenFlags.O_CLOEXEC;
        long opened = LinuxException.check(
                Libc.openat(OpenFlags.AT_FDCWD, RawPath.bytes(path), all, mode), () -> verb + " " + path);
        return new FileHandle((int) opened, path.toString());
    }

    /**
     * Opens for reading what this handle only looks at. The kernel's own link to the open file is followed, so that it is
     * the same file whatever has been put in its place meanwhile. Only for files and directories: opening a device has
     * effects, and opening a fifo waits.
     */
    FileHandle reopenForReading() throws LinuxException {
        byte[] link = RawPath.bytes(Path.of("/proc/self/fd/" + fd()));
        int flags = OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_CLOEXEC;
        long opened = LinuxException.check(
                Libc.openat(OpenFlags.AT_FDCWD, link, flags, 0), () -> "open for reading " + label);
        return new FileHandle((int) opened, label);
    }

    /** The descriptor's number. */
    public int fd() {
        int number = fd.get();
        if (number == CLOSED) {
            throw new IllegalStateException("closed: " + label);
        }
        return number;
    }

    /** Everything written to this file, or the names in this directory, are on the disk when this returns: fsync(2). */
    public void sync() throws IOException {
        LinuxException.check(Libc.fsync(fd()), () -> "sync " + label);
    }

    /** Everything written to this file's file system by anybody is on the disk when this returns: syncfs(2). */
    public void syncFileSystem() throws IOException {
        LinuxException.check(Libc.syncfs(fd()), () -> "sync the file system of " + label);
    }

    /**
     * Locks the file for this handle alone, by flock(2): until it is closed, or the process ends. Two handles of one
     * process exclude each other as well.
     *
     * @return false when another handle holds a lock on it
     */
    public boolean tryLockExclusive() throws IOException {
        long result = Libc.flock(fd(), LOCK_EX | LOCK_NB);
        if (result == -Errno.EAGAIN) {
            return false;
        }
        LinuxException.check(result, () -> "lock " + label);
        return true;
    }

    /**
     * Reserves the disk space of this range, so that writing there cannot fail for want of it, and makes the file as
     * long as the range's end: fallocate(2) without emulation. What is there stays. {@code ENOSPC} when there is not as
     * much, {@code EOPNOTSUPP} where the file system cannot. Parts of the range may be reserved even when it fails, and
     * the size unchanged.
     */
    public void allocate(long offset, long length) throws IOException {
        LinuxException.check(
                Libc.fallocate(fd(), 0, offset, length),
                () -> "allocate " + length + " bytes at " + offset + " of " + label);
    }

    /**
     * Makes a hole of this range, which lies within the file: it reads as zeros and takes no space. {@code EOPNOTSUPP} where the
     * file system cannot.
     */
    public void punch(long offset, long length) throws IOException {
        LinuxException.check(
                Libc.fallocate(fd(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length),
                () -> "make a hole of " + length + " bytes at " + offset + " of " + label);
    }

    /** Makes the file this long, in bytes: what is beyond is lost, what is added is a hole. */
    public void truncate(long size) throws IOException {
        LinuxException.check(Libc.ftruncate(fd(), size), () -> "set the size of " + label + " to " + size);
    }

    /** The size in bytes, of a file or of a block device. */
    public long size() throws IOException {
        Statx stat = Statx.of(this);
        return stat.isKind(Statx.S_IFBLK) ? blockDeviceSize() : stat.size();
    }

    /** The bytes that the file takes on its disk, reserved ones among them: less than its size if it has holes. */
    public long allocatedBytes() throws IOException {
        return Statx.of(this).blocks() * BLOCK;
    }

    /**
     * The names in this directory but for {@code .} and {@code ..}, in the order of the file system. Reads from where the
     * handle stands, so it is complete only on a handle that was just opened. All names are held in memory.
     */
    public List<byte[]> names() throws IOException {
        List<byte[]> names = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(DIRENT_BUFFER, Long.BYTES);
            while (true) {
                long filled = LinuxException.check(Libc.getdents64(fd(), buffer), () -> "list " + label);
                if (filled == 0) {
                    return names;
                }
                addNames(buffer.asSlice(0, filled), names);
            }
        }
    }

    /** Removes the file of this name (or the symbolic link, fifo and so on) from this directory. */
    public void unlink(byte[] name) throws IOException {
        checkName(name);
        LinuxException.check(Libc.unlinkat(fd(), name, 0), () -> "remove " + label + "/" + RawPath.display(name));
    }

    /** Removes the empty directory of this name from this directory. */
    public void removeDirectory(byte[] name) throws IOException {
        checkName(name);
        LinuxException.check(
                Libc.unlinkat(fd(), name, AT_REMOVEDIR),
                () -> "remove the directory " + label + "/" + RawPath.display(name));
    }

    @Override
    public void close() throws IOException {
        int number = fd.getAndSet(CLOSED);
        if (number == CLOSED) {
            return;
        }
        long result = Libc.close(number);
        if (result != -Errno.EINTR) {
            LinuxException.check(result, () -> "close " + label);
        }
    }

    /** The path or name that it was opened by. */
    @Override
    public String toString() {
        return label;
    }

    private long blockDeviceSize() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
            Ioctl.call(this, BLKGETSIZE64, size, "ask the size of " + label);
            return size.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    private static void addNames(MemorySegment entries, List<byte[]> names) {
        long at = 0;
        while (at < entries.byteSize()) {
            MemorySegment entry = entries.asSlice(at);
            int length = Short.toUnsignedInt(entry.get(JAVA_SHORT_UNALIGNED, DIRENT_RECORD_LENGTH));
            byte[] name = cString(entry.asSlice(DIRENT_NAME, length - DIRENT_NAME));
            if (!isDotOrDotDot(name)) {
                names.add(name);
            }
            at += length;
        }
    }

    /** The bytes before the first zero. */
    static byte[] cString(MemorySegment segment) {
        long length = 0;
        while (length < segment.byteSize() && segment.get(JAVA_BYTE, length) != 0) {
            length++;
        }
        return segment.asSlice(0, length).toArray(JAVA_BYTE);
    }

    /** Refuses what is not a single name. */
    static void checkName(byte[] name) {
        boolean single = name.length > 0 && !isDotOrDotDot(name);
        for (byte b : name) {
            single &= b != '/' && b != 0;
        }
        if (!single) {
            throw new IllegalArgumentException("not a single name in a directory: '" + RawPath.display(name) + "'");
        }
    }

    private static boolean isDotOrDotDot(byte[] name) {
        return name.length > 0 && name.length <= 2 && name[0] == '.' && name[name.length - 1] == '.';
    }
}
