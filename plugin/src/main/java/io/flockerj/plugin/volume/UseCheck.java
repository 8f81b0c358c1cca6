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
         * does not count, nor do the copies of it that the kernel has made elsewhere, since they go with it. What a container
         * has is not such a copy: it may well receive mounts from ours, but it was made by somebody, and stays.
         */
        List<String> users(VolumeName name, Path tree) throws IOException {
            Place place = placeOf(tree);
            Optional<Mount> ours = own.at(mountDirectory.resolve(name.value()));
            Optional<Spot> spot = ours.flatMap(mount -> Spot.of(mount, own));
            Set<Integer> receivers = receiversFrom(spot);
            List<String> users = new ArrayList<>();
            for (ProcessMounts.Namespace namespace : namespaces) {
                for (Mount mount : namespace.table().mounts()) {
                    boolean isOurs = ours.isPresent() && ours.get().id() == mount.id();
                    if (place.holds(mount) && !isOurs && !isCopy(mount, namespace.table(), spot, receivers)) {
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
            return new Place(mount.device(), pathIn(mount, tree));
        }

        /** The groups that receive what is mounted at a spot: its peers, slaves of those, peers of the slaves, to the end. */
        private Set<Integer> receiversFrom(Optional<Spot> spot) {
            Set<Integer> groups = new HashSet<>();
            spot.ifPresent(ours -> ours.below().sharedGroup().ifPresent(groups::add));
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

        /** Whether a mount is unmounted with ours: Documentation/filesystems/sharedsubtree.rst, section 5e. */
        private static boolean isCopy(Mount mount, MountTable table, Optional<Spot> ours, Set<Integer> receivers) {
            Optional<Spot> spot = Spot.of(mount, table);
            return ours.isPresent()
                    && spot.isPresent()
                    && spot.get().isSameDirectoryAs(ours.get())
                    && (isIn(spot.get().below().sharedGroup(), receivers)
                            || isIn(spot.get().below().masterGroup(), receivers));
        }

        private static boolean isIn(OptionalInt group, Set<Integer> groups) {
            return group.isPresent() && groups.contains(group.getAsInt());
        }
    }

    /** The directory that something is mounted on: a path in the file system of the mount below. */
    private record Spot(Mount below, String path) {
        static Optional<Spot> of(Mount mount, MountTable table) {
            return table.mounts().stream()
                    .filter(below ->
                            below.id() == mount.parent() && mount.mountPoint().startsWith(below.mountPoint()))
                    .findFirst()
                    .map(below -> new Spot(below, pathIn(below, mount.mountPoint())));
        }

        boolean isSameDirectoryAs(Spot other) {
            return path.equals(other.path) && below.device().equals(other.below.device());
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

    /** A directory's path from the root of the file system that is mounted there. */
    private static String pathIn(Mount mount, Path directory) {
        Path below = mount.mountPoint().relativize(directory);
        String root = mount.root().equals("/") ? "" : mount.root();
        return below.toString().isEmpty() ? mount.root() : root + "/" + below;
    }
}
