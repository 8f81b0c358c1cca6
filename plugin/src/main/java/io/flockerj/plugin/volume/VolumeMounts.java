package io.flockerj.plugin.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The mount points of volumes, one for each. A tree is mounted there once, never stacked. A mount point is at its path only while its
 * volume is mounted on it, at each moment, so that a container can never be given a bare directory, whose files lie beside the
 * volume. One tree of a volume has the same path each time, and another tree another.
 *
 * <p>Mounts outlive the daemon, so whether a tree is mounted is asked, not remembered. Callers see to it that one volume is
 * mounted and unmounted by one thread at a time.
 */
interface VolumeMounts {
    /** Where this very tree is seen at the volume's mount point; empty if it is not. */
    Optional<Path> point(VolumeName name, Path tree) throws IOException;

    /** Mounts a tree unless it is mounted already; what else is found in its place is unmounted first. */
    Path attach(VolumeName name, Path tree) throws IOException;

    /** As {@link #attach}, for a tree that can be written to, and not through this mount. */
    Path attachReadOnly(VolumeName name, Path tree) throws IOException;

    /**
     * Unmounts whatever is mounted for the volume, if anything is. Answers false, and leaves it mounted, if something is working
     * in it there at this moment.
     */
    boolean detach(VolumeName name) throws IOException;

    /** Removes what an interruption may leave of a mount point of the volume, which is not mounted. */
    void removeBarePoint(VolumeName name) throws IOException;
}
