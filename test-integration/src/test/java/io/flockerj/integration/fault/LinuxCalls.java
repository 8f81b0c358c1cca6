package io.flockerj.integration.fault;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The few system calls that the fault rig needs and Java has not: raw file descriptors, mounts, a namespace of one's own.
 *
 * <p>Calls in the path of served requests ({@link #read}, {@link #write}) answer like the kernel, with the negated
 * error number; the others throw an {@link IOException} that names the call, the thing and the error.
 */
@SuppressWarnings("restricted")
final class LinuxCalls {
    /** include/uapi/asm-generic/errno-base.h and errno.h. */
    static final int ENOENT = 2;

    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;
    static final int EOPNOTSUPP = 95;

    /** include/uapi/asm-generic/fcntl.h. */
    static final int O_RDWR = 2;

    static final int O_CLOEXEC = 0_2000000;

    /** include/uapi/linux/mount.h. */
    static final long MS_REC = 16384;

    static final long MS_PRIVATE = 1 << 18;
    static final int MNT_FORCE = 1;
    static final int MNT_DETACH = 2;

    /** include/uapi/linux/sched.h. */
    static final int CLONE_NEWNS = 0x00020000;

    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    /** arch/x86/entry/syscalls/syscall_64.tbl; include/uapi/asm-generic/unistd.h. */
    static final long SYS_SECCOMP = ARM ? 277 : 317;

    static final long SYS_PIDFD_OPEN = 434;
    static final long SYS_PIDFD_GETFD = 438;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    private static final MethodHandle OPEN =
            handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 2);
    private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle READ =
            handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE =
            handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle MOUNT =
            handle("mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle UMOUNT2 = handle("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle UNSHARE = handle("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle SYSCALL =
            handle("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG), 1);
    private static final MethodHandle IOCTL =
            handle("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
    private static final MethodHandle POLL =
            handle("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle STRERROR = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private LinuxCalls() {}

    static int open(Path path, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) OPEN.invokeExact(STATE.get(), arena.allocateFrom(path.toString()), flags, 0);
            return (int) checked(fd, "open " + path);
        } catch (Throwable e) {
            throw passedOn(e);
        }
    }

    static void close(int fd) throws IOException {
        try {
            checked((int) CLOSE.invokeExact(STATE.get(), fd), "close descriptor " + fd);
        } catch (Throwable e) {
            throw passedOn(e);
        }
    }

    /** Bytes read, or the negated error number. */
    static long read(int fd, MemorySegment buffer, long size) {
        try {
            return orErrno((long) READ.invokeExact(STATE.get(), fd, buffer, size));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Bytes written, or the negated error number. */
    static long write(int fd, MemorySegment buffer, long size) {
        try {
            return orErrno((long) WRITE.invokeExact(STATE.get(), fd, buffer, size));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void mount(String source, Path target, @Nullable String type, long flags, @Nullable String data)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int result = (int) MOUNT.invokeExact(
                    STATE.get(),
                    arena.allocateFrom(source),
                    arena.allocateFrom(target.toString()),
                    orNull(arena, type),
                    flags,
                    orNull(arena, data));
            checked(result, "mount " + source + " on " + target);
        } catch (Throwable e) {
            throw passedOn(e);
        }
    }

    static void unmount(Path target, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            checked(
                    (int) UMOUNT2.invokeExact(STATE.get(), arena.allocateFrom(target.toString()), flags),
                    "unmount " + target);
        } catch (Throwable e) {
            throw passedOn(e);
        }
    }

    /** Gives the calling thread, and whatever it starts from now on, namespaces of its own. */
    static void unshare(int flags) throws IOException {
        try {
            checked((int) UNSHARE.invokeExact(STATE.get(), flags), "unshare 0x" + Integer.toHexString(flags));
        } catch (Throwable e) {
            throw passedOn(e);
        }
    }

    /** A system call that the C library has no function for. */
    static long syscall(String name, long number, long first, long second, long third) throws IOException {
        try {
            return checked((long) SYSCALL.invokeExact(STATE.get(), number, first, second, third), name);
        } catch (Throwable e) {
            throw passedOn(e);
        }
    }

    /** What the request answers, or the negated error number. */
    static long ioctl(int fd, long request, MemorySegment argument) {
        try {
            return orErrno((int) IOCTL.invokeExact(STATE.get(), fd, request, argument));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** How many descriptors have something to tell, or the negated error number. */
    static long poll(MemorySegment descriptors, long count, int millis) {
        try {
            return orErrno((int) POLL.invokeExact(STATE.get(), descriptors, count, millis));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), descriptor, Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle handle(String name, FunctionDescriptor descriptor, int firstVariadic) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                descriptor,
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    private static MemorySegment orNull(Arena arena, @Nullable String text) {
        return text == null ? MemorySegment.NULL : arena.allocateFrom(text);
    }

    private static long orErrno(long result) {
        return result >= 0 ? result : -errno();
    }

    private static long checked(long result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + ": " + describe(errno()));
        }
        return result;
    }

    private static int errno() {
        return (int) ERRNO.get(STATE.get(), 0L);
    }

    private static String describe(int errno) {
        try {
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(256).getString(0) + " (errno " + errno + ")";
        } catch (Throwable e) {
            return "errno " + errno;
        }
    }

    private static IOException passedOn(Throwable e) {
        return switch (e) {
            case IOException io -> io;
            case RuntimeException runtime -> throw runtime;
            case Error error -> throw error;
            default -> throw new AssertionError(e);
        };
    }
}
