package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.Mount;
import io.flockerj.plugin.linux.MountTable;
import io.flockerj.plugin.linux.ProcessMounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Makes sure that a mount is seen outside of this mount namespace, where the engine is. One that is not would have the engine
 * give the bare directory beneath to a container, whose writes would then lie beside the volume.
 */
final class PropagatedMounts implements VolumeMounts {
    private final VolumeMounts mounts;
    private final Path proc;

    /**
     * @param mounts makes the mounts
     * @param proc the host's {@code /proc}, with every process of the host
     */
    PropagatedMounts(VolumeMounts mounts, Path proc) {
        this.mounts = mounts;
        this.proc = proc;
    }

    @Override
    public Path point(VolumeName name) {
        return mounts.point(name);
    }

    @Override
    public boolean isMounted(VolumeName name, Path tree) throws IOException {
        return mounts.isMounted(name, tree);
    }

    @Override
    public Path attach(VolumeName name, Path tree) throws IOException {
        Path point = mounts.attach(name, tree);
        if (!isSeenElsewhere(point)) {
            mounts.detach(name);
            throw new IOException(
                    "volume " + name + " is mounted where the engine cannot see it, at " + point
                            + ": the plugin's mounts do not reach the host any more; disable the plugin with -f and enable it again");
        }
        return point;
    }

    @Override
    public boolean detach(VolumeName name) throws IOException {
        return mounts.detach(name);
    }

    @Override
    public void removeBarePoint(VolumeName name) throws IOException {
        mounts.removeBarePoint(name);
    }

    private boolean isSeenElsewhere(Path point) throws IOException {
        Mount ours = MountTable.self()
                .at(point.toRealPath())
                .orElseThrow(() -> new IOException("nothing is mounted at " + point));
        return ours.sharedGroup().isPresent()
                && ProcessMounts.all(proc).stream()
                        .map(namespace -> namespace.table().mounts())
                        .filter(others -> others.stream().noneMatch(mount -> mount.id() == ours.id()))
                        .flatMap(others -> others.stream())
                        .anyMatch(mount -> receives(mount, ours.sharedGroup()));
    }

    private static boolean receives(Mount mount, OptionalInt group) {
        return mount.sharedGroup().equals(group) || mount.masterGroup().equals(group);
    }
}
