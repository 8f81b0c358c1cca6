package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Mount;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.PlaceOnDisk;
import io.flockerj.plugin.linux.ProcessMounts;
import io.flockerj.plugin.storage.TreeDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Asks the kernel: the mount tables of all processes, in every mount namespace. Counts can be wrong, the kernel is not; and a
 * tree that is destroyed while it is mounted vanishes under its container without an error.
 */
final class MountTableUseCheck implements UseCheck {
    private final Path proc;
    private final MountPlaces places;

    /**
     * @param proc the host's {@code /proc}, with every process of the host
     * @param mountDirectory where the daemon mounts volumes; exists
     */
    MountTableUseCheck(Path proc, Path mountDirectory) throws IOException {
        this.proc = proc;
        this.places = new MountPlaces(mountDirectory.toRealPath());
    }

    @Override
    public List<String> users(Path tree) throws IOException {
        MountTable own = MountTable.self();
        return users(tree, own, ProcessMounts.all(proc), PropagatedMount.NONE);
    }

    @Override
    public List<String> otherUsers(VolumeName name, Path tree) throws IOException {
        MountTable own = MountTable.self();
        List<ProcessMounts.Namespace> namespaces = ProcessMounts.all(proc);
        return users(tree, own, namespaces, PropagatedMount.on(places.all(name, tree), own, namespaces));
    }

    private List<String> users(
            Path tree, MountTable own, List<ProcessMounts.Namespace> namespaces, PropagatedMount apartFrom)
            throws IOException {
        // The kernel's tables tell paths without symbolic links.
        Path real = Objects.requireNonNull(tree.getParent())
                .toRealPath()
                .resolve(Objects.requireNonNull(tree.getFileName()));
        PlaceOnDisk place = PlaceOnDisk.of(own, real);
        // If it is destroyed while it is mounted, the kernel tells its last name.
        PlaceOnDisk doomed = place.with(TreeDirectory.DOOMED);
        List<String> users = new ArrayList<>(mountsWithin(own, real));
        for (ProcessMounts.Namespace namespace : namespaces) {
            for (Mount mount : namespace.table().mounts()) {
                if ((place.isShownBy(mount) || doomed.isShownBy(mount))
                        && !apartFrom.includes(mount, namespace.table())) {
                    users.add(ProcessMounts.describe(proc, namespace.pids().getFirst()) + " at " + mount.mountPoint());
                }
            }
        }
        return users;
    }

    /** What somebody has mounted on a directory of the tree: deleting the tree would delete what is there. */
    private static List<String> mountsWithin(MountTable own, Path tree) {
        return own.mounts().stream()
                .map(Mount::mountPoint)
                .filter(point -> point.startsWith(tree) && !point.equals(tree))
                .map(point -> "a mount on " + point)
                .toList();
    }
}
