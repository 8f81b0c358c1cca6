package io.flockerj.plugin.linux;

import java.util.Set;

/** Flags of mount(2): include/uapi/linux/mount.h. Those that statfs(2) tells back are in include/linux/statfs.h. */
public enum MountFlag {
    READ_ONLY(1, 1),
    NOSUID(2, 2),
    NODEV(4, 4),
    NOEXEC(8, 8),
    SYNCHRONOUS(0x10, 0x10),
    NOATIME(0x400, 0x400),
    NODIRATIME(0x800, 0x800),
    RELATIME(0x200000, 0x1000);

    private final long mountBit;
    private final long statBit;

    MountFlag(long mountBit, long statBit) {
        this.mountBit = mountBit;
        this.statBit = statBit;
    }

    /** As mount(2) takes them. */
    static long bits(Set<MountFlag> flags) {
        return flags.stream().mapToLong(flag -> flag.mountBit).reduce(0, (a, b) -> a | b);
    }

    /** As mount(2) takes them, from how statfs(2) tells them. */
    static long bitsFromStat(long statFlags) {
        long bits = 0;
        for (MountFlag flag : values()) {
            if ((statFlags & flag.statBit) != 0) {
                bits |= flag.mountBit;
            }
        }
        return bits;
    }
}
