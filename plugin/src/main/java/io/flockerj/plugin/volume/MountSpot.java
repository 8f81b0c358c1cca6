package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Mount;
import io.flockerj.plugin.linux.MountTable;
import java.util.Optional;

/**
 * The directory that something is mounted on.
 *
 * @param below the mount that holds the directory
 * @param path the directory's path from the root of that mount's file system
 */
record MountSpot(Mount below, String path) {

    /** Empty where the table does not show what the mount is mounted on. */
    static Optional<MountSpot> of(Mount mount, MountTable table) {
        return table.mounts().stream()
                .filter(below -> below.id() == mount.parent()
                        && below.id() != mount.id()
                        && mount.mountPoint().startsWith(below.mountPoint()))
                .findFirst()
                .map(below -> new MountSpot(below, below.pathOf(mount.mountPoint())));
    }

    boolean isSameDirectoryAs(MountSpot other) {
        return path.equals(other.path) && below.device().equals(other.below.device());
    }

    /** Whether the directory lies in what another mount shows, wherever that is mounted. */
    boolean isWithin(Mount shown) {
        String top = shown.root().equals("/") ? "/" : shown.root() + "/";
        return path.startsWith(top) && below.device().equals(shown.device());
    }
}
