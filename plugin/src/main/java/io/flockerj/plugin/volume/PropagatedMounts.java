package io.flockerj.plugin.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes sure that a mount is seen outside of this mount namespace, where the engine is. One that is not would have the engine
 * give the bare directory beneath to a container, whose writes would then lie beside the volume.
 */
final class PropagatedMounts implements VolumeMounts {
    private final VolumeMounts mounts;
    private final MountReach reach;

    /**
     * @param mounts makes the mounts
     * @param reach tells who sees them
     */
    PropagatedMounts(VolumeMounts mounts, MountReach reach) {
        this.mounts = mounts;
        this.reach = reach;
    }

    @Override
    public Optional<Path> point(VolumeName name, Path tree) throws IOException {
        return mounts.point(name, tree);
    }

    @Override
    public Path attach(VolumeName name, Path tree) throws IOException {
        return seen(name, mounts.attach(name, tree));
    }

    @Override
    public Path attachReadOnly(VolumeName name, Path tree) throws IOException {
        return seen(name, mounts.attachReadOnly(name, tree));
    }

    private Path seen(VolumeName name, Path point) throws IOException {
        if (!reach.isSeenElsewhere(point)) {
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
}
