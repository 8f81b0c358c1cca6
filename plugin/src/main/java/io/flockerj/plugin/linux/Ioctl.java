package io.flockerj.plugin.linux;

import java.lang.foreign.MemorySegment;

/** Numbers of ioctl(2) requests, made as in include/uapi/asm-generic/ioctl.h (x86_64 and aarch64 both use it). */
final class Ioctl {
    private static final int SIZE_SHIFT = 16;
    private static final int TYPE_SHIFT = 8;
    private static final long WRITE = 1L << 30;
    private static final long READ = 2L << 30;

    private Ioctl() {}

    /** {@code _IO}: the kernel gets no argument. */
    static long none(int type, int number) {
        return encode(type, number, 0);
    }

    /** {@code _IOR}: the kernel fills {@code size} bytes. */
    static long read(int type, int number, int size) {
        return READ | encode(type, number, size);
    }

    /** {@code _IOW}: the kernel reads {@code size} bytes. */
    static long write(int type, int number, int size) {
        return WRITE | encode(type, number, size);
    }

    /** {@code _IOWR}: the kernel reads and fills {@code size} bytes. */
    static long readWrite(int type, int number, int size) {
        return READ | WRITE | encode(type, number, size);
    }

    /** Calls it, and throws what the kernel answers. */
    static long call(FileHandle file, long request, MemorySegment argument, String attempted) throws LinuxException {
        return LinuxException.check(Libc.ioctl(file.fd(), request, argument), () -> attempted);
    }

    private static long encode(int type, int number, int size) {
        return ((long) size << SIZE_SHIFT) | ((long) type << TYPE_SHIFT) | number;
    }
}
