package io.flockerj.plugin.linux;

/**
 * What differs between the machines that are supported. Everything else that this package uses is the same on both: the
 * layouts of the structures, the ioctl encoding (asm-generic/ioctl.h) and the error numbers (asm-generic/errno.h).
 */
enum Architecture {
    /** arch/x86 takes its open flags from include/uapi/asm-generic/fcntl.h. */
    X86_64(0x10000, 0x20000, 259),
    /** The open flags are in arch/arm64/include/uapi/asm/fcntl.h. */
    AARCH64(0x4000, 0x8000, 33);

    /** This machine. */
    static final Architecture CURRENT = of(Libc.machine());

    /** O_DIRECTORY of open(2). */
    final int openDirectory;
    /** O_NOFOLLOW of open(2). */
    final int openNoFollow;
    /** The number of mknodat(2) (glibc older than 2.33 has no function for it). */
    final int mknodatNumber;

    Architecture(int openDirectory, int openNoFollow, int mknodatNumber) {
        this.openDirectory = openDirectory;
        this.openNoFollow = openNoFollow;
        this.mknodatNumber = mknodatNumber;
    }

    /** @param name as uname(2) tells it */
    static Architecture of(String name) {
        return switch (name) {
            case "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            default ->
                throw new UnsupportedOperationException(
                        "flockerj runs on x86_64 and aarch64 only, and this machine is " + name);
        };
    }
}
