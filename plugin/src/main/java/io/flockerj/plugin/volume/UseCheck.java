package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Mount;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.ProcessMounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Asks the kernel who has a tree mounted: the mount tables of all processes, in every mount namespace. Counts can be wrong, the
 * kernel is not; and a tree that is destroyed while it is mounted vanishes under its container without an error.
 */
final class UseCheck {
    private final Path proc;
    private final Path mountDirectory;

    /**
     * @param proc the host's {@code /proc}, with every process of the host
     * @param mountDirectory where the daemon mounts volumes
     */
    UseCheck(Path proc, Path mountDirectory) {
        this.proc = proc;
        this.mountDirectory = mountDirectory;
    }

    /** A look at all mounts at one moment. */
    final class Look {
        private final MountTable own;
        private final List<ProcessMounts.Namespace> namespaces;

        private Look(MountTable own, List<ProcessMounts.Namespace> namespaces) {
            this.own = own;
            this.namespaces = namespaces;
        }

        /**
         * Who has a tree, or a directory in it, mounted, for people; empty if nobody has. The daemon's own mount of the volume
         * does not count, nor do the copies of it that the kernel propagates into other namespaces, since they go with it.
         */
        List<String> users(VolumeName name, Path tree) throws IOException {
            Place place = placeOf(tree);
            Set<Integer> ourGroups = groupsOf(own.at(mountDirectory.resolve(name.value())));
            List<String> users = new ArrayList<>();
            for (ProcessMounts.Namespace namespace : namespaces) {
                for (Mount mount : namespace.table().mounts()) {
                    if (place.holds(mount) && !isOurs(mount, name, ourGroups)) {
                        users.add(ProcessMounts.describe(proc, namespace.pids().getFirst()) + " at "
                                + mount.mountPoint());
                    }
                }
            }
            return users;
        }

        private Place placeOf(Path tree) throws IOException {
            Mount mount = own.containing(tree)
                    .orElseThrow(() -> new IOException("no mount in the daemon's own table holds " + tree));
            return new Place(mount.device(), rootOf(mount, tree));
        }

        /** Peers of our mount, and slaves of those, and peers of the slaves, to the end. */
        private Set<Integer> groupsOf(Optional<Mount> ours) {
            Set<Integer> groups = new HashSet<>();
            ours.ifPresent(mount -> mount.sharedGroup().ifPresent(groups::add));
            boolean more = !groups.isEmpty();
            while (more) {
                more = false;
                for (ProcessMounts.Namespace namespace : namespaces) {
                    for (Mount mount : namespace.table().mounts()) {
                        if (isIn(mount.masterGroup(), groups)
                                && mount.sharedGroup().isPresent()) {
                            more |= groups.add(mount.sharedGroup().getAsInt());
                        }
                    }
                }
            }
            return groups;
        }

        private boolean isOurs(Mount mount, VolumeName name, Set<Integer> ourGroups) {
            boolean isOurMount =
                    own.mounts().contains(mount) && mount.mountPoint().equals(mountDirectory.resolve(name.value()));
            return isOurMount || isIn(mount.sharedGroup(), ourGroups) || isIn(mount.masterGroup(), ourGroups);
        }

        private static boolean isIn(OptionalInt group, Set<Integer> groups) {
            return group.isPresent() && groups.contains(group.getAsInt());
        }
    }

    /** A directory of a file system, whatever it is mounted on. */
    private record Place(String device, String root) {
        boolean holds(Mount mount) {
            boolean isWithin = mount.root().equals(root) || mount.root().startsWith(root + "/");
            return isWithin && mount.device().equals(device);
        }
    }

    Look look() throws IOException {
        return new Look(MountTable.self(), ProcessMounts.all(proc));
    }

    private static String rootOf(Mount mount, Path directory) {
        Path below = mount.mountPoint().relativize(directory);
        String root = mount.root().equals("/") ? "" : mount.root();
        return below.toString().isEmpty() ? mount.root() : root + "/" + below;
    }
}
