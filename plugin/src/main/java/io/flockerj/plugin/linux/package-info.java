/**
 * Linux system calls through the foreign function API: descriptors, mounts, loop devices, inode flags, and the ioctls
 * of btrfs. It knows nothing of volumes.
 *
 * <p>x86_64 and aarch64, glibc 2.30 or newer, Linux 5.8 or newer (the first with {@code LOOP_CONFIGURE} and with mount
 * tables that can be read while they change). A constant names the kernel header that it comes from.
 *
 * <p>Every call blocks its thread for as long as the kernel takes; a commit or an unmount can take seconds. A native
 * call pins a virtual thread to its carrier, so callers choose platform threads for whatever may be slow.
 *
 * <p>File names are bytes. A {@link java.nio.file.Path} keeps the bytes that it was made from, and {@link RawPath}
 * gets them out and in again without loss, whatever the locale.
 *
 * <p>A refused call throws {@link LinuxException}, which carries the error number; programs ask
 * {@link LinuxException#is}, never the text. {@code EINTR} is retried here.
 */
@NullMarked
package io.flockerj.plugin.linux;

import org.jspecify.annotations.NullMarked;
