package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The volumes of one pool, as the protocol servers see them.
 *
 * <p>A volume exists from the moment {@link #create} has returned until {@link #remove} has; both are on disk by then. It is
 * mounted at most once, below the daemon's directory of mounts, however many users hold it. Calls on different volumes never
 * wait for each other; calls that change one volume take turns, and give up with {@link VolumeBusyException} when their turn
 * does not come. {@link #get} and {@link #list} read memory only and never wait.
 */
public interface Volumes {
    /**
     * Makes a volume: empty, in a volumeset of its own, or from a snapshot, if the option {@code from} or the name itself is a ref,
     * on a branch of its own of that snapshot's volumeset; or from one on a remote, if {@code from} is {@code REMOTE/NAME[@REF]}, which takes
     * as long as it takes to bring it ({@link #isLong}). If the name is taken, succeeds when every option given equals what the
     * volume has, and otherwise changes nothing and throws {@link VolumeConflictException}.
     *
     * @param zone of times in {@code from} that name none
     */
    void create(VolumeName name, Map<String, String> options, ZoneId zone, Progress progress)
            throws RefusedException, IOException;

    /** What was begun here and is not done, though the daemon may have ended since. */
    default UnfinishedWork unfinishedWork() {
        return UnfinishedWork.NONE;
    }

    /** Whether a volume with these options takes long to make, since what it is to hold is brought from elsewhere. */
    static boolean isLong(Map<String, String> options) {
        return options.containsKey("from") && VolumeOptions.isRemote(options.get("from"));
    }

    /** As {@link #create(VolumeName, Map, ZoneId, Progress)}, with times in UTC, and where nobody watches. */
    default void create(VolumeName name, Map<String, String> options) throws RefusedException, IOException {
        create(name, options, ZoneOffset.UTC, Progress.IGNORED);
    }

    /**
     * Moves a volume to the trash; its name is free at once. Succeeds if there is none. Throws {@link VolumeInUseException}, and
     * changes nothing, while any process has it mounted.
     */
    void remove(VolumeName name) throws RefusedException, IOException;

    /** Mounts a volume if it is not mounted, counts the user, and answers where. */
    Path mount(VolumeName name, MountId id) throws RefusedException, IOException;

    /** Forgets one mount of this user, and unmounts with the last. Succeeds if the volume or the user is unknown. */
    void unmount(VolumeName name, MountId id) throws RefusedException, IOException;

    /**
     * Changes the size limit of a volume. Data beyond a smaller limit stays; writes then fail.
     *
     * @param size as in Create, or {@code none} to take the limit away
     */
    void resize(VolumeName name, String size) throws RefusedException, IOException;

    /**
     * What there is to say of one volume; empty if it does not exist. Throws {@link java.io.UncheckedIOException} for a volume
     * that exists but whose record cannot be read.
     */
    Optional<VolumeView> get(VolumeName name);

    /** The refusal for a volume that is not there, with the nearest names. */
    UnknownVolumeException unknown(VolumeName name);

    /** All volumes in the order of their names, what they take as it was last known. */
    List<VolumeView> list();

    /** The pool, and how much is in it. */
    PoolView pool() throws IOException;

    /** What is amiss, the worst first. */
    List<Finding> examine() throws IOException;

    /** Writes anew what is damaged or lost among the records, as {@link Finding#rebuild} says. Nothing is destroyed. */
    Rebuilt rebuild(Progress progress) throws IOException;

    /** What is in volumes and snapshots. */
    VolumeFiles files();

    /** Places outside this host on which histories lie. */
    Remotes remotes();

    /** Snapshots, branches, tags, and what is in the trash. */
    VolumeHistory history();
}
