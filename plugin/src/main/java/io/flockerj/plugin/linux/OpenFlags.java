package io.flockerj.plugin.linux;

/** Flags of open(2): include/uapi/asm-generic/fcntl.h, and {@link Architecture} for those that machines differ in. */
final class OpenFlags {
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    static final int O_PATH = 0x200000;
    static final int O_DIRECTORY = Architecture.CURRENT.openDirectory;
    static final int O_NOFOLLOW = Architecture.CURRENT.openNoFollow;

    /** Instead of a directory's descriptor: the working directory (include/uapi/linux/fcntl.h). */
    static final int AT_FDCWD = -100;

    private OpenFlags() {}
}
