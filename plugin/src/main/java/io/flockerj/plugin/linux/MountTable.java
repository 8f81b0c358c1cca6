package io.flockerj.plugin.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The mounts that a process sees, at one moment. Mounts may be stacked, and a mount may hide others below its mount
 * point: {@link #at} and {@link #containing} find what the process itself finds when it walks a path, while
 * {@link #mounts} lists hidden ones too.
 */
public final class MountTable {
    private static final Path ROOT = Path.of("/");

    private final List<Mount> mounts;
    private final Set<Integer> ids = new HashSet<>();
    private final Map<Path, List<Mount>> byMountPoint = new HashMap<>();

    MountTable(List<Mount> mounts) {
        this.mounts = List.copyOf(mounts);
        for (Mount mount : mounts) {
            ids.add(mount.id());
            byMountPoint
                    .computeIfAbsent(mount.mountPoint(), p -> new ArrayList<>())
                    .add(mount);
        }
    }

    /** The mounts of this process. */
    public static MountTable self() throws IOException {
        return of(Path.of("/proc/self/mountinfo"));
    }

    /** The mounts in a file of the form of {@code /proc/PID/mountinfo}. */
    public static MountTable of(Path mountinfo) throws IOException {
        return new MountTable(MountInfo.parse(Files.readAllBytes(mountinfo), mountinfo.toString()));
    }

    /** All of them, in the order of the kernel, hidden ones too. */
    public List<Mount> mounts() {
        return mounts;
    }

    /** The topmost mount whose mount point this is; empty when the path is just a path inside some mount. */
    public Optional<Mount> at(Path mountPoint) {
        Path wanted = mountPoint.toAbsolutePath().normalize();
        return containing(wanted).filter(mount -> mount.mountPoint().equals(wanted));
    }

    /**
     * The mount that holds this path, which need not exist. The path is taken as it is written, but for {@code .} and
     * {@code ..}: symbolic links in it are for the caller to resolve. Empty only where the table does not show the root
     * mount, as for a process in a chroot.
     */
    public Optional<Mount> containing(Path path) {
        Path wanted = path.toAbsolutePath().normalize();
        Mount found = climb(null, ROOT);
        Path prefix = ROOT;
        for (Path name : wanted) {
            prefix = prefix.resolve(name);
            found = climb(found, prefix);
        }
        return Optional.ofNullable(found);
    }

    /** From this mount to the topmost one that is stacked on it at this place. */
    private @Nullable Mount climb(@Nullable Mount below, Path place) {
        Mount top = below;
        Mount next = mountedOn(below, place);
        while (next != null) {
            top = next;
            next = mountedOn(top, place);
        }
        return top;
    }

    private @Nullable Mount mountedOn(@Nullable Mount below, Path place) {
        for (Mount mount : byMountPoint.getOrDefault(place, List.of())) {
            if (below == null ? isTop(mount) : mount.parent() == below.id() && mount.id() != below.id()) {
                return mount;
            }
        }
        return null;
    }

    private boolean isTop(Mount mount) {
        return mount.parent() == mount.id() || !ids.contains(mount.parent());
    }
}
