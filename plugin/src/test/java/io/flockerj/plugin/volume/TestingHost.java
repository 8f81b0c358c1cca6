package io.flockerj.plugin.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * A host with volumes mounted, and containers that take them from there. Its mounts outlive the daemons, and what a container has
 * stays when the daemon's own mount goes.
 */
interface TestingHost extends VolumeMounts, UseCheck {
    /** Where a volume was mounted last; a path at which nothing is if it never was. */
    Path point(VolumeName name);

    /** The next so many times that it is asked to do or tell anything of the daemon's, it fails. */
    void fail(int times);

    /**
     * As an engine does after the answer to a Mount: takes what is found there into a container.
     *
     * @return the tree as the container finds it
     * @throws IOException if there is nothing
     * @throws AssertionError if what is there is a bare directory
     */
    Path bind(String container, Path point) throws IOException;

    /** A container ends, and its mounts with it. */
    void release(String container) throws IOException;

    /** Something begins to work, or ends working, at the mount point of a mounted volume. */
    void setBusy(VolumeName name, boolean isBusy) throws IOException;

    /** A mount point is left behind bare, as by an interruption. */
    void leaveBare(VolumeName name) throws IOException;

    /** Whether anybody, the daemon too, has a tree. */
    boolean isAnywhere(Path tree) throws IOException;

    /** The volumes whose mount point has something mounted on it. */
    Set<VolumeName> mounted() throws IOException;

    /** The volumes whose mount point is there with nothing mounted on it. */
    Set<VolumeName> bare() throws IOException;
}
