package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Mount;
import io.flockerj.plugin.linux.MountFlag;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** The top of a btrfs of the pool's own, mounted for the daemon. */
final class MountedBtrfs implements AutoCloseable {
    /**
     * Without discard a pool file keeps every block that was reserved for it: with it, the kernel would punch holes that
     * the host might fill, and a write into such a hole could fail beneath the file system.
     */
    private static final String OPTIONS = "nodiscard";

    /**
     * Log trees are left alone, for replaying them writes: btrfs(5). The first spelling is known since Linux 5.9, the second
     * to older kernels, and was missing in 6.8 and the first of 6.9.
     */
    private static final List<String> LOOKING_OPTIONS = List.of("rescue=nologreplay", "norecovery");

    private final Path mountPoint;

    private MountedBtrfs(Path mountPoint) {
        this.mountPoint = mountPoint;
    }

    /** Mounts {@code device} so that nothing is written to it. */
    static MountedBtrfs look(Path device, Path mountPoint) throws IOException {
        return mount(device, mountPoint, EnumSet.of(MountFlag.NOATIME, MountFlag.READ_ONLY), LOOKING_OPTIONS);
    }

    /** Mounts {@code device}, unless a daemon before this one has left it mounted there. */
    static MountedBtrfs mount(Path device, Path mountPoint) throws IOException {
        return mount(device, mountPoint, EnumSet.of(MountFlag.NOATIME), List.of(OPTIONS));
    }

    /** @param spellings the same options, as different kernels know them; at least one */
    static MountedBtrfs mount(Path device, Path mountPoint, EnumSet<MountFlag> flags, List<String> spellings)
            throws IOException {
        Files.createDirectories(mountPoint);
        Optional<Mount> present = MountTable.self().at(mountPoint);
        if (present.isPresent()) {
            if (isMountOf(present.get(), device)) {
                return new MountedBtrfs(mountPoint);
            }
            Mounts.unmount(mountPoint);
        }
        try {
            mountAsKnown(device, mountPoint, flags, spellings);
        } catch (LinuxException e) {
            throw new PoolException(
                    "the pool's file system on " + device + " cannot be mounted (" + e.getMessage() + ")"
                            + (e.is(Errno.ENODEV) ? "; this kernel has no btrfs" : "; look into the kernel's log"),
                    e);
        }
        return new MountedBtrfs(mountPoint);
    }

    private static void mountAsKnown(Path device, Path mountPoint, EnumSet<MountFlag> flags, List<String> spellings)
            throws IOException {
        try {
            Mounts.mount(device.toString(), mountPoint, "btrfs", flags, spellings.getFirst());
        } catch (LinuxException e) {
            if (!e.is(Errno.EINVAL) || spellings.size() == 1) {
                throw e;
            }
            mountAsKnown(device, mountPoint, flags, spellings.subList(1, spellings.size()));
        }
    }

    Path mountPoint() {
        return mountPoint;
    }

    @Override
    public void close() throws IOException {
        Mounts.unmount(mountPoint);
    }

    private static boolean isMountOf(Mount mount, Path device) throws IOException {
        Path source = Path.of(mount.source());
        return mount.fsType().equals("btrfs")
                && Presence.isThere(source)
                && Files.getAttribute(source, "unix:rdev").equals(Files.getAttribute(device, "unix:rdev"));
    }
}
