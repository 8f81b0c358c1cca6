package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Mount;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.ProcessMounts;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is mounted on one mount point in our namespace, with the copies of it that the kernel has made elsewhere and takes away
 * again when it is unmounted. Those are the mounts on the same directory of mounts that receive from the one that ours lies on
 * (Documentation/filesystems/sharedsubtree.rst, section 5). A bind of our mount to another place belongs to the same peer group
 * as well, but stays: it is somebody else's.
 */
final class PropagatedMount {
    /** Nothing is mounted. */
    static final PropagatedMount NONE = new PropagatedMount();

    private final Set<Integer> ids = new HashSet<>();
    private final Set<Spot> spots = new HashSet<>();
    private final Set<Integer> groups = new HashSet<>();

    private PropagatedMount() {}

    /** A directory, as the file system that holds it knows it. */
    private record Spot(String device, String path) {}

    /**
     * @param point a path without symbolic links
     * @param own our mounts
     * @param namespaces everybody's
     */
    static PropagatedMount on(Path point, MountTable own, List<ProcessMounts.Namespace> namespaces) {
        PropagatedMount found = new PropagatedMount();
        for (Mount mount : own.mounts()) {
            if (mount.mountPoint().equals(point)) {
                found.ids.add(mount.id());
                Optional<Mount> parent = parentOf(mount, own);
                parent.flatMap(below -> spotOf(mount, below)).ifPresent(found.spots::add);
                parent.ifPresent(below -> below.sharedGroup().ifPresent(found.groups::add));
            }
        }
        found.addReceivers(namespaces);
        return found;
    }

    /** Whether a mount in somebody's table is ours, or a copy that goes with it. */
    boolean includes(Mount mount, MountTable table) {
        return ids.contains(mount.id())
                || parentOf(mount, table)
                        .filter(parent -> isIn(parent.sharedGroup()) || isIn(parent.masterGroup()))
                        .flatMap(parent -> spotOf(mount, parent))
                        .filter(spots::contains)
                        .isPresent();
    }

    /** Slaves of the groups, and the peers of those, to the end. */
    private void addReceivers(List<ProcessMounts.Namespace> namespaces) {
        boolean more = !groups.isEmpty();
        while (more) {
            more = false;
            for (ProcessMounts.Namespace namespace : namespaces) {
                for (Mount mount : namespace.table().mounts()) {
                    if (isIn(mount.masterGroup()) && mount.sharedGroup().isPresent()) {
                        more |= groups.add(mount.sharedGroup().getAsInt());
                    }
                }
            }
        }
    }

    private boolean isIn(OptionalInt group) {
        return group.isPresent() && groups.contains(group.getAsInt());
    }

    private static Optional<Mount> parentOf(Mount mount, MountTable table) {
        return table.mounts().stream()
                .filter(other -> other.id() == mount.parent() && other.id() != mount.id())
                .findFirst();
    }

    private static Optional<Spot> spotOf(Mount mount, Mount parent) {
        return mount.mountPoint().startsWith(parent.mountPoint())
                ? Optional.of(new Spot(parent.device(), rootOf(parent, mount.mountPoint())))
                : Optional.empty();
    }

    /** A path below a mount point, as a path from the root of what is mounted there. */
    static String rootOf(Mount mount, Path path) {
        Path below = mount.mountPoint().relativize(path);
        String root = mount.root().equals("/") ? "" : mount.root();
        return below.toString().isEmpty() ? mount.root() : root + "/" + below;
    }
}
