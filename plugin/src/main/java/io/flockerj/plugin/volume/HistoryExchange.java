package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Touched;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

/** What may be done with the histories of a pool by whoever carries them to other hosts, and brings them from there. */
public interface HistoryExchange {
    /** A directory of the pool; records of other kinds than volumes and snapshots may lie in it, in directories of their own. */
    Path directory();

    /**
     * What a ref names.
     *
     * @param history of the volumeset
     * @param volume if the ref begins with the name of one
     * @param branch the one that the volume works on, or that the snapshot was taken on
     * @param branchName what the branch is called now
     * @param snapshot empty if there is none yet
     * @param isLive whether the volume as it is now is meant
     * @param remote that the volume goes to and comes from, as it was asked for when it was made
     */
    record Meant(
            History history,
            Optional<VolumeName> volume,
            Branch branch,
            Name branchName,
            Optional<Snapshot> snapshot,
            boolean isLive,
            Optional<String> remote) {}

    /**
     * Finds what a ref names.
     *
     * @param askedAt when it was written, which times in it are reckoned from
     */
    Meant meant(String ref, ZoneId zone, Instant askedAt) throws RefusedException;

    /** The history of a volumeset; one without anything in it if it is not known here. */
    History history(Volumeset volumeset);

    /** The history of a volumeset by its id, if it is known here. */
    Optional<History> history(RandomId volumeset);

    /** The newest snapshot of a volume's branch, after a new one was taken, if the volume had changed since. */
    Snapshot current(VolumeName volume, Optional<String> author, Progress progress)
            throws RefusedException, IOException;

    /** What is done with the directory of a tree. */
    interface Reading<T> {
        T in(Path root) throws IOException;
    }

    /** Reads what a snapshot holds, which is not destroyed meanwhile. */
    <T> T reading(Snapshot snapshot, Reading<T> work) throws IOException;

    /**
     * What has to be looked at in the newer of two snapshots, to know all of it.
     *
     * @param older may be in the trash
     */
    Touched touched(Snapshot older, Snapshot newer) throws IOException;

    /** About how many bytes a snapshot has: as many as the volume that it was taken of has now. Empty if that cannot be told at once. */
    OptionalLong aboutBytes(Snapshot snapshot);

    /** Changes what is remembered of a snapshot's copies on other hosts. */
    void share(RandomId snapshot, UnaryOperator<Snapshot.Sharing> change) throws RefusedException, IOException;

    /**
     * Refuses a snapshot that the pool has no room for, before there is much work. What is left of an earlier attempt at it counts as room; what is
     * left of others is removed for it.
     *
     * @param bytes about so many more than what is here already
     * @param what needs it, for people, as the beginning of a sentence
     */
    void refuseWithoutRoom(Snapshot record, long bytes, String what) throws RefusedException, IOException;

    /**
     * A new tree that is to be filled.
     *
     * @param root its directory
     * @param earlier the directories of trees in which attempts at the same snapshot, and then at others of its history, were cut off. They may hold
     *     anything, and are only hints
     * @param brought is to be told of each so many bytes of content that were put there: if filling it fails, the tree with the most stays
     */
    record Staging(Path root, List<Path> earlier, LongConsumer brought) {
        public Staging {
            earlier = List.copyOf(earlier);
        }
    }

    /** What fills the directory of a new tree, durably or not. */
    interface Filling {
        void fill(Staging staging) throws RefusedException, IOException;
    }

    /**
     * Takes a snapshot in that was taken elsewhere. It is there when its content is whole and durable, and not before.
     *
     * @param record what is known of it; its tree is chosen here
     * @param base a snapshot that is kept here, whose content the directory has before it is filled; else it is empty
     */
    Snapshot admit(Snapshot record, Optional<Snapshot> base, Filling filling) throws RefusedException, IOException;

    /** Remembers a snapshot of which nothing but its record is here. What is known of one that is here stays as it is. */
    void learn(Snapshot record) throws RefusedException, IOException;

    /** Gives a snapshot that is known here a tag; answers false if the name is taken by something else. */
    boolean tag(Volumeset volumeset, Name tag, RandomId snapshot) throws RefusedException, IOException;

    /** The snapshot that a volume was made from, if it is there and {@link #create} has made it, or may have, with these options. */
    Optional<Snapshot> madeFrom(VolumeName name, Map<String, String> options, String from) throws RefusedException;

    /** Refuses what {@link #create} would refuse of a name and options, before there is much work. */
    void refuseTaken(VolumeName name, Map<String, String> options, String from) throws RefusedException;

    /**
     * Makes a volume from a snapshot.
     *
     * @param options as they came, without {@code from}
     * @param from where the snapshot is from, as it was written; the volume's option of that name
     * @param branch the one it works on, if no other volume does; else one of its own is made
     */
    void create(VolumeName name, Map<String, String> options, String from, Snapshot snapshot, Optional<Branch> branch)
            throws RefusedException, IOException;
}
