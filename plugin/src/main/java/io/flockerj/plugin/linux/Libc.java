package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The C library's functions. Each answers its result, or the error number negated, as the kernel itself does. A call
 * that a signal interrupted is made again. Functions are looked up when first called, so that one which is missing in an
 * old library is missed only there.
 */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

    private Libc() {}

    static long openat(int directory, byte[] path, int flags, int mode) {
        return call(
                (arena, state) -> (int) Openat.HANDLE.invokeExact(state, directory, string(arena, path), flags, mode));
    }

    /** Not repeated when interrupted: on Linux the descriptor is gone even then. */
    static long close(int fd) {
        return once((arena, state) -> (int) Close.HANDLE.invokeExact(state, fd));
    }

    static long ioctl(int fd, long request, MemorySegment argument) {
        return call((arena, state) -> (int) IoctlCall.HANDLE.invokeExact(state, fd, request, argument));
    }

    static long fsync(int fd) {
        return call((arena, state) -> (int) Fsync.HANDLE.invokeExact(state, fd));
    }

    static long flock(int fd, int operation) {
        return call((arena, state) -> (int) Flock.HANDLE.invokeExact(state, fd, operation));
    }

    static long fallocate(int fd, int mode, long offset, long length) {
        return call((arena, state) -> (int) Fallocate.HANDLE.invokeExact(state, fd, mode, offset, length));
    }

    static long ftruncate(int fd, long size) {
        return call((arena, state) -> (int) Ftruncate.HANDLE.invokeExact(state, fd, size));
    }

    static long getdents64(int fd, MemorySegment buffer) {
        return call((arena, state) -> (long) Getdents64.HANDLE.invokeExact(state, fd, buffer, buffer.byteSize()));
    }

    static long unlinkat(int directory, byte[] name, int flags) {
        return call((arena, state) -> (int) Unlinkat.HANDLE.invokeExact(state, directory, string(arena, name), flags));
    }

    static long mount(byte[] source, byte[] target, byte[] fsType, long flags, byte[] data) {
        return call((arena, state) -> (int) Mount.HANDLE.invokeExact(
                state,
                string(arena, source),
                string(arena, target),
                string(arena, fsType),
                flags,
                string(arena, data)));
    }

    static long umount2(byte[] target, int flags) {
        return call((arena, state) -> (int) Umount2.HANDLE.invokeExact(state, string(arena, target), flags));
    }

    static long statx(int directory, byte[] path, int flags, int mask, MemorySegment result) {
        return call((arena, state) ->
                (int) Statx.HANDLE.invokeExact(state, directory, string(arena, path), flags, mask, result));
    }

    static long statfs(byte[] path, MemorySegment result) {
        return call((arena, state) -> (int) Statfs.HANDLE.invokeExact(state, string(arena, path), result));
    }

    static long lgetxattr(byte[] path, byte[] name, MemorySegment value) {
        return call((arena, state) -> (long)
                Lgetxattr.HANDLE.invokeExact(state, string(arena, path), string(arena, name), value, value.byteSize()));
    }

    static long lsetxattr(byte[] path, byte[] name, byte[] value) {
        return call((arena, state) -> (int) Lsetxattr.HANDLE.invokeExact(
                state,
                string(arena, path),
                string(arena, name),
                arena.allocateFrom(ValueLayout.JAVA_BYTE, value),
                (long) value.length,
                0));
    }

    /** What kind of machine the kernel says that it is, such as {@code x86_64}. */
    static String machine() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment names = arena.allocate(UTSNAME_SIZE);
            call((inner, state) -> (int) Uname.HANDLE.invokeExact(state, names));
            return names.getString(UTSNAME_MACHINE, StandardCharsets.US_ASCII);
        }
    }

    // struct new_utsname in include/uapi/linux/utsname.h: six names of 65 bytes.
    private static final int UTSNAME_SIZE = 6 * 65;
    private static final int UTSNAME_MACHINE = 4 * 65;

    /** mknod(2) by its number: glibc has a function of that name only since 2.33. */
    static long mknod(byte[] path, int mode, long device) {
        return call((arena, state) -> (long) Syscall.HANDLE.invokeExact(
                state,
                (long) Architecture.CURRENT.mknodatNumber,
                (long) OpenFlags.AT_FDCWD,
                string(arena, path).address(),
                (long) mode,
                device));
    }

    /** fsopen(2) by its number, which is the same everywhere: glibc has the function only since 2.36. */
    static long fsopen(byte[] fsType, int flags) {
        return call((arena, state) -> (long)
                Syscall.HANDLE.invokeExact(state, FSOPEN, string(arena, fsType).address(), (long) flags, 0L, 0L));
    }

    /** include/uapi/asm-generic/unistd.h, arch/x86/entry/syscalls/syscall_64.tbl. */
    private static final long FSOPEN = 430;

    private static MemorySegment string(Arena arena, byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("zero byte in '" + RawPath.display(bytes) + "'");
            }
        }
        MemorySegment segment = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    /** One native call; like all of them here it answers -1 for an error, with the number in {@code state}. */
    @FunctionalInterface
    private interface Call {
        long make(Arena arena, MemorySegment state) throws Throwable;
    }

    private static long call(Call call) {
        long result;
        do {
            result = once(call);
        } while (result == -Errno.EINTR);
        return result;
    }

    private static long once(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result = call.make(arena, state);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a native call threw", e);
        }
    }

    @SuppressWarnings("restricted") // The one place where native functions come from.
    private static MethodHandle function(String name, MemoryLayout result, int fixed, MemoryLayout... arguments) {
        List<Linker.Option> options = new ArrayList<>();
        options.add(Linker.Option.captureCallState("errno"));
        if (fixed < arguments.length) {
            options.add(Linker.Option.firstVariadicArg(fixed));
        }
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                options.toArray(Linker.Option[]::new));
    }

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return function(name, result, arguments.length, arguments);
    }

    private static final class Openat {
        static final MethodHandle HANDLE = function("openat", JAVA_INT, 3, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    }

    private static final class Close {
        static final MethodHandle HANDLE = function("close", JAVA_INT, JAVA_INT);
    }

    private static final class IoctlCall {
        static final MethodHandle HANDLE = function("ioctl", JAVA_INT, 2, JAVA_INT, JAVA_LONG, ADDRESS);
    }

    private static final class Fsync {
        static final MethodHandle HANDLE = function("fsync", JAVA_INT, JAVA_INT);
    }

    private static final class Flock {
        static final MethodHandle HANDLE = function("flock", JAVA_INT, JAVA_INT, JAVA_INT);
    }

    private static final class Fallocate {
        static final MethodHandle HANDLE = function("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    }

    private static final class Ftruncate {
        static final MethodHandle HANDLE = function("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
    }

    private static final class Getdents64 {
        static final MethodHandle HANDLE = function("getdents64", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    }

    private static final class Unlinkat {
        static final MethodHandle HANDLE = function("unlinkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    }

    private static final class Mount {
        static final MethodHandle HANDLE = function("mount", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
    }

    private static final class Umount2 {
        static final MethodHandle HANDLE = function("umount2", JAVA_INT, ADDRESS, JAVA_INT);
    }

    private static final class Statx {
        static final MethodHandle HANDLE = function("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    }

    private static final class Statfs {
        static final MethodHandle HANDLE = function("statfs", JAVA_INT, ADDRESS, ADDRESS);
    }

    private static final class Lgetxattr {
        static final MethodHandle HANDLE = function("lgetxattr", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    }

    private static final class Lsetxattr {
        static final MethodHandle HANDLE =
                function("lsetxattr", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
    }

    private static final class Uname {
        static final MethodHandle HANDLE = function("uname", JAVA_INT, ADDRESS);
    }

    private static final class Syscall {
        static final MethodHandle HANDLE =
                function("syscall", JAVA_LONG, 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    }
}
