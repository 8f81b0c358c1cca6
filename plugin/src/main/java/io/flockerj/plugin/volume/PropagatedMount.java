package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Mount;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.ProcessMounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is mounted on mount points of one volume in our namespace, with the copies of it that the kernel has made elsewhere and takes away
 * again when it is unmounted. Those are the mounts on the same directory of mounts that receive from the one that ours lies on
 * (Documentation/filesystems/sharedsubtree.rst, section 5). A bind of our mount to another place belongs to the same peer group
 * as well, but stays: it is somebody else's.
 */
final class PropagatedMount {
    /** Nothing is mounted. */
    static final PropagatedMount NONE = new PropagatedMount();

    private final Set<Integer> ids = new HashSet<>();
    private final List<MountSpot> spots = new ArrayList<>();
    private final Set<Integer> groups = new HashSet<>();

    private PropagatedMount() {}

    /**
     * @param points paths without symbolic links
     * @param own our mounts
     * @param namespaces everybody's
     */
    static PropagatedMount on(Collection<Path> points, MountTable own, List<ProcessMounts.Namespace> namespaces) {
        PropagatedMount found = new PropagatedMount();
        for (Mount mount : own.mounts()) {
            if (points.contains(mount.mountPoint())) {
                found.ids.add(mount.id());
                MountSpot.of(mount, own).ifPresent(found::add);
            }
        }
        found.addReceivers(namespaces);
        return found;
    }

    /** Whether a mount in somebody's table is ours, or a copy that goes with it. */
    boolean includes(Mount mount, MountTable table) {
        return ids.contains(mount.id())
                || MountSpot.of(mount, table)
                        .filter(spot -> isIn(spot.below().sharedGroup())
                                || isIn(spot.below().masterGroup()))
                        .filter(spot -> spots.stream().anyMatch(spot::isSameDirectoryAs))
                        .isPresent();
    }

    private void add(MountSpot spot) {
        spots.add(spot);
        spot.below().sharedGroup().ifPresent(groups::add);
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
}
