package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The C library's functions. Each answers its result, or the error number negated, as the kernel itself does. A call
 * that a signal interrupted is made again.
 *
 * <p>All are called in one form, with six integers of 64 bits, because the JDK makes code for each form when it is first
 * used: with a form for each function that took a quarter of a second of the daemon's start. On x86_64 and aarch64 alike
 * the first six integers and pointers are passed in registers, where a function takes as many of them, and as many bits
 * of each, as it has declared (System V ABI for AMD64, section 3.2.3; AAPCS64, section 6.4.2), variadic or not.
 */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle CALL = form();

    /** The functions, by name; all are in glibc since 2.30. */
    private enum Function {
        OPENAT("openat"),
        CLOSE("close"),
        IOCTL("ioctl"),
        FSYNC("fsync"),
        SYNCFS("syncfs"),
        FLOCK("flock"),
        FALLOCATE("fallocate"),
        FTRUNCATE("ftruncate"),
        FUTIMENS("futimens"),
        PIPE2("pipe2"),
        READ("read", true),
        GETDENTS64("getdents64", true),
        UNLINKAT("unlinkat"),
        MOUNT("mount"),
        UMOUNT2("umount2"),
        STATX("statx"),
        STATFS("statfs"),
        LGETXATTR("lgetxattr", true),
        LSETXATTR("lsetxattr"),
        MKDIRAT("mkdirat"),
        SYMLINKAT("symlinkat"),
        LINKAT("linkat"),
        RENAMEAT2("renameat2"),
        READLINKAT("readlinkat", true),
        FCHMOD("fchmod"),
        FCHMODAT("fchmodat"),
        FCHOWNAT("fchownat"),
        UTIMENSAT("utimensat"),
        GETXATTR("getxattr", true),
        SETXATTR("setxattr"),
        FSETXATTR("fsetxattr"),
        LISTXATTR("listxattr", true),
        LLISTXATTR("llistxattr", true),
        FGETXATTR("fgetxattr", true),
        FLISTXATTR("flistxattr", true),
        REMOVEXATTR("removexattr"),
        FREMOVEXATTR("fremovexattr"),
        PREAD("pread", true),
        PWRITE("pwrite", true),
        LSEEK("lseek", true),
        UNAME("uname"),
        SYSCALL("syscall", true);

        private final boolean answersLong;

        @SuppressWarnings("ImmutableEnumChecker") // An address never changes.
        private final MemorySegment address;

        Function(String name) {
            this(name, false);
        }

        Function(String name, boolean answersLong) {
            this.answersLong = answersLong;
            this.address = LINKER.defaultLookup().findOrThrow(name);
        }
    }

    // struct new_utsname in include/uapi/linux/utsname.h: six names of 65 bytes.
    private static final int UTSNAME_SIZE = 6 * 65;
    private static final int UTSNAME_MACHINE = 4 * 65;

    /** The number of fsopen(2), the same everywhere: include/uapi/asm-generic/unistd.h, syscall_64.tbl of arch/x86. */
    private static final long FSOPEN = 430;
    /** The number of openat2(2), likewise; glibc has no function for it. */
    private static final long OPENAT2 = 437;
    /** The number of open_tree(2), likewise. */
    private static final long OPEN_TREE = 428;
    /** The number of move_mount(2), likewise. */
    private static final long MOVE_MOUNT = 429;
    /** The number of mount_setattr(2), likewise. */
    private static final long MOUNT_SETATTR = 442;

    private Libc() {}

    static long openat(int directory, byte[] path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.OPENAT, directory, string(arena, path), flags, mode);
        }
    }

    /** Not repeated when interrupted: on Linux the descriptor is gone even then. */
    static long close(int fd) {
        return once(Function.CLOSE, fd, 0, 0, 0, 0, 0);
    }

    static long ioctl(int fd, long request, MemorySegment argument) {
        return call(Function.IOCTL, fd, request, argument.address());
    }

    static long fsync(int fd) {
        return call(Function.FSYNC, fd);
    }

    static long syncfs(int fd) {
        return call(Function.SYNCFS, fd);
    }

    static long flock(int fd, int operation) {
        return call(Function.FLOCK, fd, operation);
    }

    static long fallocate(int fd, int mode, long offset, long length) {
        return call(Function.FALLOCATE, fd, mode, offset, length);
    }

    static long ftruncate(int fd, long size) {
        return call(Function.FTRUNCATE, fd, size);
    }

    static long futimens(int fd, MemorySegment times) {
        return call(Function.FUTIMENS, fd, times.address());
    }

    /** Fills two ints: the end to read from, and the end to write to. */
    static long pipe2(MemorySegment ends, int flags) {
        return call(Function.PIPE2, ends.address(), flags);
    }

    static long read(int fd, MemorySegment buffer) {
        return call(Function.READ, fd, buffer.address(), buffer.byteSize());
    }

    static long getdents64(int fd, MemorySegment buffer) {
        return call(Function.GETDENTS64, fd, buffer.address(), buffer.byteSize());
    }

    static long unlinkat(int directory, byte[] name, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.UNLINKAT, directory, string(arena, name), flags);
        }
    }

    static long mount(byte[] source, byte[] target, byte[] fsType, long flags, byte[] data) {
        try (Arena arena = Arena.ofConfined()) {
            return call(
                    Function.MOUNT,
                    string(arena, source),
                    string(arena, target),
                    string(arena, fsType),
                    flags,
                    string(arena, data));
        }
    }

    static long umount2(byte[] target, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.UMOUNT2, string(arena, target), flags);
        }
    }

    static long statx(int directory, byte[] path, int flags, int mask, MemorySegment result) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.STATX, directory, string(arena, path), flags, mask, result.address());
        }
    }

    static long statfs(byte[] path, MemorySegment result) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.STATFS, string(arena, path), result.address());
        }
    }

    static long lgetxattr(byte[] path, byte[] name, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            return call(
                    Function.LGETXATTR, string(arena, path), string(arena, name), value.address(), value.byteSize());
        }
    }

    static long lsetxattr(byte[] path, byte[] name, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            long copied = arena.allocateFrom(ValueLayout.JAVA_BYTE, value).address();
            return call(Function.LSETXATTR, string(arena, path), string(arena, name), copied, value.length);
        }
    }

    /** mknodat(2) by its number: glibc has a function for it only since 2.33. */
    static long mknod(byte[] path, int mode, long device) {
        try (Arena arena = Arena.ofConfined()) {
            return call(
                    Function.SYSCALL,
                    Architecture.CURRENT.mknodatNumber,
                    OpenFlags.AT_FDCWD,
                    string(arena, path),
                    mode,
                    device);
        }
    }

    /** mknodat(2) by its number, in a directory. */
    static long mknodat(int directory, byte[] name, int mode, long device) {
        try (Arena arena = Arena.ofConfined()) {
            return call(
                    Function.SYSCALL, Architecture.CURRENT.mknodatNumber, directory, string(arena, name), mode, device);
        }
    }

    /** openat2(2). */
    static long openat2(int directory, byte[] path, long flags, long resolve) {
        try (Arena arena = Arena.ofConfined()) {
            // struct open_how, include/uapi/linux/openat2.h: flags, mode, resolve
            MemorySegment how = arena.allocateFrom(ValueLayout.JAVA_LONG, flags, 0, resolve);
            return call(Function.SYSCALL, OPENAT2, directory, string(arena, path), how.address(), how.byteSize());
        }
    }

    /** open_tree(2), from the working directory. */
    static long openTree(byte[] path, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.SYSCALL, OPEN_TREE, OpenFlags.AT_FDCWD, string(arena, path), flags);
        }
    }

    /** mount_setattr(2), of what is open. */
    static long mountSetattr(int mount, int flags, long set) {
        try (Arena arena = Arena.ofConfined()) {
            // struct mount_attr, include/uapi/linux/mount.h: attr_set, attr_clr, propagation, userns_fd
            MemorySegment attributes = arena.allocateFrom(ValueLayout.JAVA_LONG, set, 0, 0, 0);
            return call(
                    Function.SYSCALL,
                    MOUNT_SETATTR,
                    mount,
                    string(arena, new byte[0]),
                    flags,
                    attributes.address(),
                    attributes.byteSize());
        }
    }

    /** move_mount(2), of what is open, to a path from the working directory. */
    static long moveMount(int mount, byte[] target, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            return call(
                    Function.SYSCALL,
                    MOVE_MOUNT,
                    mount,
                    string(arena, new byte[0]),
                    OpenFlags.AT_FDCWD,
                    string(arena, target),
                    flags);
        }
    }

    static long mkdirat(int directory, byte[] name, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.MKDIRAT, directory, string(arena, name), mode);
        }
    }

    static long symlinkat(byte[] target, int directory, byte[] name) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.SYMLINKAT, string(arena, target), directory, string(arena, name));
        }
    }

    static long linkat(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.LINKAT, fromDirectory, string(arena, from), toDirectory, string(arena, to), flags);
        }
    }

    static long renameat2(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.RENAMEAT2, fromDirectory, string(arena, from), toDirectory, string(arena, to), flags);
        }
    }

    static long readlinkat(int directory, byte[] name, MemorySegment target) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.READLINKAT, directory, string(arena, name), target.address(), target.byteSize());
        }
    }

    static long fchmod(int fd, int mode) {
        return call(Function.FCHMOD, fd, mode);
    }

    static long fchmodat(int directory, byte[] name, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.FCHMODAT, directory, string(arena, name), mode, 0);
        }
    }

    static long fchownat(int directory, byte[] name, int uid, int gid, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.FCHOWNAT, directory, string(arena, name), uid, gid, flags);
        }
    }

    static long utimensat(int directory, byte[] name, MemorySegment times, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.UTIMENSAT, directory, string(arena, name), times.address(), flags);
        }
    }

    static long getxattr(byte[] path, byte[] name, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.GETXATTR, string(arena, path), string(arena, name), value.address(), value.byteSize());
        }
    }

    static long setxattr(byte[] path, byte[] name, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            long copied = arena.allocateFrom(ValueLayout.JAVA_BYTE, value).address();
            return call(Function.SETXATTR, string(arena, path), string(arena, name), copied, value.length);
        }
    }

    static long fsetxattr(int fd, byte[] name, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            long copied = arena.allocateFrom(ValueLayout.JAVA_BYTE, value).address();
            return call(Function.FSETXATTR, fd, string(arena, name), copied, value.length);
        }
    }

    static long listxattr(byte[] path, MemorySegment names) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.LISTXATTR, string(arena, path), names.address(), names.byteSize());
        }
    }

    static long llistxattr(byte[] path, MemorySegment names) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.LLISTXATTR, string(arena, path), names.address(), names.byteSize());
        }
    }

    static long fgetxattr(int fd, byte[] name, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.FGETXATTR, fd, string(arena, name), value.address(), value.byteSize());
        }
    }

    static long flistxattr(int fd, MemorySegment names) {
        return call(Function.FLISTXATTR, fd, names.address(), names.byteSize());
    }

    static long removexattr(byte[] path, byte[] name) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.REMOVEXATTR, string(arena, path), string(arena, name));
        }
    }

    static long fremovexattr(int fd, byte[] name) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.FREMOVEXATTR, fd, string(arena, name));
        }
    }

    static long pread(int fd, MemorySegment buffer, long offset) {
        return call(Function.PREAD, fd, buffer.address(), buffer.byteSize(), offset);
    }

    static long pwrite(int fd, MemorySegment buffer, long offset) {
        return call(Function.PWRITE, fd, buffer.address(), buffer.byteSize(), offset);
    }

    static long lseek(int fd, long offset, int whence) {
        return call(Function.LSEEK, fd, offset, whence);
    }

    /** fsopen(2) by its number: glibc has a function for it only since 2.36. */
    static long fsopen(byte[] fsType, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Function.SYSCALL, FSOPEN, string(arena, fsType), flags);
        }
    }

    /** What kind of machine the kernel says that it is, such as {@code x86_64}. */
    static String machine() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment names = arena.allocate(UTSNAME_SIZE);
            call(Function.UNAME, names.address());
            return names.getString(UTSNAME_MACHINE, StandardCharsets.US_ASCII);
        }
    }

    /** The address of a copy with a zero behind it, as long as the arena lives. */
    private static long string(Arena arena, byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("zero byte in '" + RawPath.display(bytes) + "'");
            }
        }
        MemorySegment segment = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment.address();
    }

    private static long call(Function function, long... arguments) {
        long[] six = Arrays.copyOf(arguments, 6);
        long result;
        do {
            result = once(function, six[0], six[1], six[2], six[3], six[4], six[5]);
        } while (result == -Errno.EINTR);
        return result;
    }

    private static long once(Function function, long a, long b, long c, long d, long e, long f) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long answer = (long) CALL.invokeExact(function.address, state, a, b, c, d, e, f);
            // Of an int only the lower half of the register counts.
            long result = function.answersLong ? answer : (int) answer;
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException("a native call threw", failure);
        }
    }

    @SuppressWarnings("restricted") // The one place where native functions are reached.
    private static MethodHandle form() {
        return LINKER.downcallHandle(
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.captureCallState("errno"));
    }
}
