package io.flockerj.plugin.linux;

/** What a name stands for: the type bits of a mode, include/uapi/linux/stat.h. */
public enum FileKind {
    FILE(0x8000),
    DIRECTORY(0x4000),
    SYMLINK(0xA000),
    FIFO(0x1000),
    SOCKET(0xC000),
    CHARACTER_DEVICE(0x2000),
    BLOCK_DEVICE(0x6000);

    private static final int S_IFMT = 0xF000;

    private final int bits;

    FileKind(int bits) {
        this.bits = bits;
    }

    /** As the kernel writes it in a mode. */
    int bits() {
        return bits;
    }

    /** By the type bits of a mode; the others do not matter. */
    public static FileKind of(int mode) {
        for (FileKind kind : values()) {
            if (kind.bits == (mode & S_IFMT)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of file has the mode " + Integer.toOctalString(mode));
    }
}
