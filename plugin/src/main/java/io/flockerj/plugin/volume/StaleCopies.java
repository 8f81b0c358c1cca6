package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Mount;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of volumes' mounts in a managed plugin's view of the host. A plugin that starts while volumes are mounted gets them with its
 * view of the host's root, which runc makes private ({@code rootfsParentMountPrivate}): the kernel does not take them away with the
 * mounts they were copied from, and until then the mount points cannot be removed.
 */
final class StaleCopies {
    private static final Logger LOG = LoggerFactory.getLogger(StaleCopies.class);

    private final Path directory;

    /**
     * Looks for copies of what is mounted in a directory.
     *
     * @param directory where the daemon mounts volumes
     */
    StaleCopies(Path directory) {
        this.directory = directory;
    }

    /** Unmounts them. Only for a daemon that is alone in its mount namespace: anywhere else they are somebody's. */
    void unmount() throws IOException {
        Optional<Mount> next = nextCopy();
        while (next.isPresent()) {
            LOG.atDebug().addKeyValue("mountPoint", next.get().mountPoint()).log("Unmounting a copy of a mount");
            Mounts.unmount(next.get().mountPoint());
            next = nextCopy();
        }
    }

    /** Copies of single volumes first, then of the directory with all of them, which may hide further ones. */
    private Optional<Mount> nextCopy() throws IOException {
        MountTable table = MountTable.self();
        Optional<Mount> ours = table.at(directory);
        if (ours.isEmpty()) {
            return Optional.empty();
        }
        Optional<Mount> ofVolume = reachable(table, mount -> isCopyOfVolume(mount, table, ours.get()));
        return ofVolume.isPresent() ? ofVolume : reachable(table, mount -> isCopyOf(ours.get(), mount));
    }

    private static Optional<Mount> reachable(MountTable table, Predicate<Mount> wanted) {
        return table.mounts().stream()
                .filter(wanted)
                .filter(mount -> table.at(mount.mountPoint()).equals(Optional.of(mount)))
                .findFirst();
    }

    private static boolean isCopyOfVolume(Mount mount, MountTable table, Mount ours) {
        return mount.parent() != ours.id()
                && MountSpot.of(mount, table)
                        .filter(spot -> spot.isWithin(ours))
                        .isPresent();
    }

    private static boolean isCopyOf(Mount ours, Mount mount) {
        return mount.id() != ours.id()
                && mount.device().equals(ours.device())
                && mount.root().equals(ours.root());
    }
}
