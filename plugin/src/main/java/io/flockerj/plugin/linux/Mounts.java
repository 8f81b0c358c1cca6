package io.flockerj.plugin.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/** Makes and removes mounts in the mount namespace of this process. Needs {@code CAP_SYS_ADMIN}. */
public final class Mounts {
    // include/uapi/linux/mount.h
    private static final long MS_REMOUNT = 0x20;
    private static final long MS_BIND = 0x1000;
    private static final long MS_PRIVATE = 1L << 18;
    private static final long MS_SHARED = 1L << 20;
    private static final long MS_RDONLY = 1;
    private static final long OPEN_TREE_CLONE = 1;
    private static final long OPEN_TREE_CLOEXEC = OpenFlags.O_CLOEXEC;
    private static final long MOUNT_ATTR_RDONLY = 1;
    private static final long MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final int AT_EMPTY_PATH = 0x1000;

    /** include/linux/fs.h, not in the headers for programs; umount2(2) gives the value. */
    private static final int UMOUNT_NOFOLLOW = 8;

    private static final byte[] NONE = "none".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EMPTY = new byte[0];

    private Mounts() {}

    /**
     * Makes the file or directory {@code source} appear at {@code target} as well, without the mounts below it. A target
     * that is already mounted on gets a second mount on top. Both follow symbolic links.
     */
    public static void bind(Path source, Path target) throws IOException {
        byte[] from = RawPath.bytes(source);
        LinuxException.check(
                Libc.mount(from, RawPath.bytes(target), NONE, MS_BIND, EMPTY),
                () -> "bind " + source + " on " + target);
    }

    /**
     * As {@link #bind}, and nothing can be written through the new mount, nor through its copies in other namespaces, at any moment.
     * Needs Linux 5.12: {@code ENOSYS} before.
     */
    public static void bindReadOnly(Path source, Path target) throws IOException {
        long opened = LinuxException.check(
                Libc.openTree(RawPath.bytes(source), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), () -> "bind " + source);
        try (FileHandle mount = FileHandle.owning((int) opened, source.toString())) {
            LinuxException.check(
                    Libc.mountSetattr(mount.fd(), AT_EMPTY_PATH, MOUNT_ATTR_RDONLY),
                    () -> "make read-only a mount of " + source);
            LinuxException.check(
                    Libc.moveMount(mount.fd(), RawPath.bytes(target), MOVE_MOUNT_F_EMPTY_PATH),
                    () -> "bind " + source + " on " + target);
        }
    }

    /**
     * Mounts a new file system, or one that is mounted elsewhere once more.
     *
     * @param source the device, or what this kind of file system takes for one
     * @param fsType a name in {@code /proc/filesystems}
     * @param data the file system's own options, separated by commas; may be empty
     */
    public static void mount(String source, Path target, String fsType, Set<MountFlag> flags, String data)
            throws IOException {
        LinuxException.check(
                Libc.mount(utf8(source), RawPath.bytes(target), utf8(fsType), MountFlag.bits(flags), utf8(data)),
                () -> "mount " + source + " on " + target);
    }

    /**
     * Removes the topmost mount at {@code target}, at once and whole: {@code EBUSY} when something in it is open, is
     * mounted below it, or is somebody's working directory; {@code EINVAL} when nothing is mounted there. Never lazily. A
     * symbolic link is not followed.
     */
    public static void unmount(Path target) throws IOException {
        LinuxException.check(Libc.umount2(RawPath.bytes(target), UMOUNT_NOFOLLOW), () -> "unmount " + target);
    }

    /** From now on mounts made below this mount stay in this namespace, and none come from others. */
    public static void makePrivate(Path mountPoint) throws IOException {
        change(mountPoint, MS_PRIVATE, "make private the mount");
    }

    /** From now on mounts made below this mount appear in every namespace that gets a copy of it, and back. */
    public static void makeShared(Path mountPoint) throws IOException {
        change(mountPoint, MS_SHARED, "make shared the mount");
    }

    /** Makes this mount read-only, and no other mount of the same file system. Its other flags stay. */
    public static void remountReadOnlyBind(Path mountPoint) throws IOException {
        long kept = MountFlag.bitsFromStat(FileSystemStat.mountFlags(mountPoint));
        change(mountPoint, MS_REMOUNT | MS_BIND | MS_RDONLY | kept, "make read-only the mount");
    }

    private static void change(Path mountPoint, long flags, String what) throws LinuxException {
        LinuxException.check(
                Libc.mount(NONE, RawPath.bytes(mountPoint), EMPTY, flags, EMPTY), () -> what + " " + mountPoint);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
