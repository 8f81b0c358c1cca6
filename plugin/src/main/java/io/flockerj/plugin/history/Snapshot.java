package io.flockerj.plugin.history;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Torn;
import io.flockerj.plugin.storage.TreeId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * An immutable state of a volume, or what is left of one.
 *
 * @param parent the snapshot that the volume held when it went on to this one; empty for a first one. Never changes
 * @param remarks what people say of it, which may change
 * @param tree what it holds, read-only; empty for a tombstone, whose content has been destroyed, and for one that is only known
 *     from a remote
 * @param removedAt when it went to the trash; empty while it is kept
 * @param sharing what other hosts have to do with it
 */
public record Snapshot(
        RandomId id,
        Volumeset volumeset,
        Optional<RandomId> parent,
        Taking taking,
        Remarks remarks,
        Optional<TreeId> tree,
        Optional<Instant> removedAt,
        Sharing sharing) {
    /** One that other hosts do not know of. */
    public Snapshot(
            RandomId id,
            Volumeset volumeset,
            Optional<RandomId> parent,
            Taking taking,
            Remarks remarks,
            Optional<TreeId> tree,
            Optional<Instant> removedAt) {
        this(id, volumeset, parent, taking, remarks, tree, removedAt, Sharing.NONE);
    }

    /** Whether a text may stand for a snapshot in a ref, as the beginning of its id. */
    public static boolean isBeginningOfId(String text) {
        return text.matches("[0-9a-f]{4,32}");
    }

    /**
     * What other hosts have to do with a snapshot.
     *
     * @param foreign whether it was taken on another host, so that no branch of this one goes on because of it
     * @param digest of what it holds, in hexadecimal digits, if that was computed or verified on this host
     * @param remotes the ids of those that hold it, as far as is known
     */
    public record Sharing(boolean foreign, Optional<String> digest, Set<RandomId> remotes) {
        public static final Sharing NONE = new Sharing(false, Optional.empty(), Set.of());

        public Sharing {
            remotes = ImmutableSet.copyOf(remotes);
        }

        /** Held by this remote too, with this digest. */
        public Sharing on(RandomId remote, Optional<String> verified) {
            return new Sharing(
                    foreign,
                    verified.or(() -> digest),
                    Sets.union(remotes, Set.of(remote)).immutableCopy());
        }

        /** No longer held by this remote. */
        public Sharing gone(RandomId remote) {
            return new Sharing(
                    foreign, digest, Sets.difference(remotes, Set.of(remote)).immutableCopy());
        }
    }

    /**
     * How it came about.
     *
     * @param time never before its parent's
     * @param volume the name of the volume that it was taken of
     * @param volumeId that volume's id
     * @param branch the branch that it moved on
     * @param atomic false if nested subvolumes were taken one after another
     * @param paused whether whatever writes to the volume was paused meanwhile, as its taker says
     * @param restoredFrom for the outcome of a rollback: the snapshot that was gone back to
     * @param charged bytes that the volume's space account held when it was taken, where there are accounts
     * @param torn files that were never at rest while it was taken
     */
    public record Taking(
            Instant time,
            Optional<String> author,
            String volume,
            RandomId volumeId,
            Branch branch,
            boolean atomic,
            boolean paused,
            Optional<Group> group,
            Optional<RandomId> restoredFrom,
            OptionalLong charged,
            Torn torn) {
        /** One in which every file was at rest. */
        public Taking(
                Instant time,
                Optional<String> author,
                String volume,
                RandomId volumeId,
                Branch branch,
                boolean atomic,
                boolean paused,
                Optional<Group> group,
                Optional<RandomId> restoredFrom,
                OptionalLong charged) {
            this(time, author, volume, volumeId, branch, atomic, paused, group, restoredFrom, charged, Torn.NONE);
        }

        /** The same with files that were never at rest. */
        public Taking with(Torn found) {
            return new Taking(
                    time, author, volume, volumeId, branch, atomic, paused, group, restoredFrom, charged, found);
        }

        /** The same at another time. */
        public Taking at(Instant other) {
            return new Taking(
                    other, author, volume, volumeId, branch, atomic, paused, group, restoredFrom, charged, torn);
        }
    }

    /**
     * Snapshots of several volumes that were taken by one call.
     *
     * @param index its place in the order of taking, from 0
     * @param size how many there are
     * @param gapNanos since the first one
     */
    public record Group(RandomId id, int index, int size, long gapNanos) {}

    /**
     * What people say of a snapshot.
     *
     * @param held nothing removes it
     */
    public record Remarks(Optional<String> message, Map<String, String> labels, boolean held) {
        public static final Remarks NONE = new Remarks(Optional.empty(), Map.of(), false);

        public Remarks {
            labels = ImmutableMap.copyOf(labels);
        }
    }

    /** Whether it can be looked at, cloned and gone back to. */
    public boolean isKept() {
        return tree.isPresent() && removedAt.isEmpty();
    }

    public Instant time() {
        return taking.time();
    }

    public Snapshot with(Remarks other) {
        return new Snapshot(id, volumeset, parent, taking, other, tree, removedAt, sharing);
    }

    public Snapshot with(Taking other) {
        return new Snapshot(id, volumeset, parent, other, remarks, tree, removedAt, sharing);
    }

    public Snapshot with(Sharing other) {
        return new Snapshot(id, volumeset, parent, taking, remarks, tree, removedAt, other);
    }

    /** Whether it is on a remote, and not here. */
    public boolean isElsewhere() {
        return tree.isEmpty() && removedAt.isEmpty() && !sharing.remotes().isEmpty();
    }

    public Snapshot removed(Instant when) {
        return new Snapshot(id, volumeset, parent, taking, remarks, tree, Optional.of(when), sharing);
    }

    public Snapshot restored() {
        return new Snapshot(id, volumeset, parent, taking, remarks, tree, Optional.empty(), sharing);
    }

    /** What stays of it for ever, so that ancestry can be told. */
    public Snapshot tombstone() {
        return new Snapshot(id, volumeset, parent, taking, Remarks.NONE, Optional.empty(), removedAt, sharing);
    }
}
