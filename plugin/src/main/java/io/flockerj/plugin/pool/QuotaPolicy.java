package io.flockerj.plugin.pool;

/**
 * Whether btrfs counts and limits what each volume takes. Counting is a property of the whole file system that older kernels
 * cannot mount (before 6.7), so it is never turned on unasked on a file system that is not the pool's own.
 */
public enum QuotaPolicy {
    /** On in pool files and on block devices if the kernel can; in directories as the file system has it. */
    AUTO,
    /** On everywhere, or the pool does not open. */
    ON,
    /** Never turned on. */
    OFF
}
