package io.flockerj.plugin.volume;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The mount points of volumes, one for each, below one directory and named as the volume. A tree is mounted there once, never
 * stacked. The mount point exists only while something is mounted on it, so that a container can never be given the bare
 * directory.
 *
 * <p>Mounts outlive the daemon, so whether a tree is mounted is asked, not remembered. Callers see to it that one volume is
 * mounted and unmounted by one thread at a time.
 */
interface VolumeMounts {
    /** Where a volume is mounted when it is. */
    Path point(VolumeName name);

    /** Whether this very tree is what is seen at the volume's mount point. */
    boolean isMounted(VolumeName name, Path tree) throws IOException;

    /** Mounts a tree unless it is mounted already; what else is found on the mount point is unmounted first. */
    Path attach(VolumeName name, Path tree) throws IOException;

    /**
     * Unmounts whatever is on the volume's mount point, if anything is. Answers false, and leaves it mounted, if something is
     * working in it there at this moment.
     */
    boolean detach(VolumeName name) throws IOException;

    /** Removes the volume's mount point if it is there with nothing mounted on it, as an interruption may leave it. */
    void removeBarePoint(VolumeName name) throws IOException;
}
