package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The past of the volumes of one pool, as the protocol servers see it. What a call has acknowledged survives a loss of power;
 * what it refuses has changed nothing. Refs are {@code VOLUME[@REF]}; times in them without a zone are of the zone given.
 */
public interface VolumeHistory {
    /** Takes a snapshot of each volume, one right after the other; answers them in the order of the volumes. */
    List<SnapshotView> snapshot(SnapshotOrder order, Progress progress) throws RefusedException, IOException;

    /** As {@link #snapshot(SnapshotOrder, Progress)}, where nobody watches. */
    default List<SnapshotView> snapshot(SnapshotOrder order) throws RefusedException, IOException {
        return snapshot(order, Progress.IGNORED);
    }

    /** The snapshot that a ref names. */
    SnapshotView resolve(String ref, ZoneId zone) throws RefusedException;

    /**
     * The bytes of file content that a snapshot alone takes, of all that is in the pool: what its end would free. Empty if nobody
     * knows, or it would take longer than about a second to find out.
     *
     * @param id the snapshot's
     */
    OptionalLong ownBytes(String id) throws RefusedException, IOException;

    /** Snapshots, newest first. */
    LogPage log(LogQuery query) throws RefusedException;

    /** Brings the volume of a ref back to the ref's snapshot. Refused while anything has the volume mounted. */
    RollbackOutcome rollback(String ref, ZoneId zone, Optional<String> author, Progress progress)
            throws RefusedException, IOException;

    /** As {@link #rollback(String, ZoneId, Optional, Progress)}, where nobody watches. */
    default RollbackOutcome rollback(String ref, ZoneId zone, Optional<String> author)
            throws RefusedException, IOException {
        return rollback(ref, zone, author, Progress.IGNORED);
    }

    /** Changes what is said of a snapshot. */
    SnapshotView annotate(String id, Annotation annotation) throws RefusedException, IOException;

    /** Moves a snapshot to the trash. Refused while it is held or tagged. */
    void removeSnapshot(String id) throws RefusedException, IOException;

    /** The branches of a volume's volumeset, by name. */
    List<BranchView> branches(VolumeName volume) throws RefusedException;

    void renameBranch(VolumeName volume, String branch, String newName) throws RefusedException, IOException;

    /**
     * Removes a branch that no volume works on: the snapshots that only it has go to the trash. Answers how many those are.
     * Refused if one of them is held or tagged.
     */
    int removeBranch(VolumeName volume, String branch) throws RefusedException, IOException;

    /** The tags of a volume's volumeset, by name. */
    List<TagView> tags(VolumeName volume) throws RefusedException;

    /** Tags a snapshot of a volume's volumeset; takes the tag from another only if {@code move} says so. */
    SnapshotView tag(VolumeName volume, String tag, String ref, ZoneId zone, boolean move)
            throws RefusedException, IOException;

    void untag(VolumeName volume, String tag) throws RefusedException, IOException;

    /** What is in the trash, the last removed first. */
    List<TrashView> trash() throws IOException;

    /**
     * Brings a removed volume or snapshot back.
     *
     * @param id its id, or at least four digits of its beginning, or the name of a removed volume
     * @param newName for a volume whose name is taken meanwhile
     */
    TrashView restore(String id, Optional<String> newName) throws RefusedException, IOException;

    /** Destroys one removed volume or snapshot now. Refused while anything has it mounted. */
    void destroy(String id) throws RefusedException, IOException;

    /**
     * Destroys all that is in the trash now, one after the other.
     *
     * @param progress is told of each that is destroyed; what has been destroyed when it is cancelled stays so
     */
    Emptied emptyTrash(Progress progress) throws IOException;

    /** As {@link #emptyTrash(Progress)}, where nobody watches. */
    default Emptied emptyTrash() throws IOException {
        return emptyTrash(Progress.IGNORED);
    }

    /**
     * A question for snapshots.
     *
     * @param ref where to begin
     * @param all every snapshot of the volumeset, not only what led to the ref
     * @param limit at most so many
     * @param labels key and value, or key alone, that a snapshot must have
     * @param since none before; in the form of times in refs
     * @param until none after
     */
    record LogQuery(
            String ref,
            ZoneId zone,
            boolean all,
            int limit,
            Map<String, Optional<String>> labels,
            Optional<String> since,
            Optional<String> until) {}

    /**
     * What a question for snapshots found.
     *
     * @param more whether there are more than the limit
     */
    record LogPage(List<SnapshotView> snapshots, boolean more) {}

    /**
     * What to change of what is said of a snapshot; what is empty stays.
     *
     * @param labels to set; empty values remove one
     */
    record Annotation(Optional<String> message, Map<String, Optional<String>> labels, Optional<Boolean> held) {}

    /**
     * A branch as it is shown.
     *
     * @param head its newest snapshot
     * @param volume that works on it
     * @param snapshots of it and what led to it, that are kept
     */
    record BranchView(String name, Optional<String> head, Optional<String> volume, int snapshots) {}

    /** A tag as it is shown. */
    record TagView(String name, String snapshot) {}

    /** What a thing in the trash was. */
    enum Kind {
        VOLUME,
        SNAPSHOT
    }

    /**
     * Something in the trash as it is shown.
     *
     * @param name of a volume; {@code VOLUMESET@ID} of a snapshot
     * @param destroyedAt when it will be; empty if it stays while there is space, since the next push is compared with it
     * @param snapshots that go with it
     */
    record TrashView(
            String id, Kind kind, String name, Instant removedAt, Optional<Instant> destroyedAt, int snapshots) {}

    /**
     * What emptying the trash came to.
     *
     * @param left what is mounted somewhere, or could not be destroyed
     */
    record Emptied(int destroyed, int left) {}
}
