package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.TreeId;
import java.time.Instant;
import java.util.Optional;

/**
 * What the pool knows of one volume, or of one in the trash. To replace the record is to change the volume.
 *
 * @param id random, for as long as the volume exists
 * @param branch no other volume that exists works on it
 * @param base the snapshot that the volume was made from; empty for one that was made empty
 * @param tree the live directory tree; no other record names it
 * @param createdAt to the second
 * @param rolledBackTo the snapshot that a rollback ended with, which may still lack a record of its own
 * @param removedAt when it went to the trash; empty for a volume that exists
 */
public record VolumeRecord(
        RandomId id,
        VolumeName name,
        Volumeset volumeset,
        Branch branch,
        Optional<RandomId> base,
        TreeId tree,
        Instant createdAt,
        VolumeOptions options,
        Optional<Snapshot> rolledBackTo,
        Optional<Instant> removedAt) {

    /** A volume that was made empty. */
    VolumeRecord(
            RandomId id,
            VolumeName name,
            Volumeset volumeset,
            Branch branch,
            TreeId tree,
            Instant createdAt,
            VolumeOptions options,
            Optional<Instant> removedAt) {
        this(id, name, volumeset, branch, Optional.empty(), tree, createdAt, options, Optional.empty(), removedAt);
    }

    SpaceAccount account() {
        return SpaceAccount.of(id);
    }

    /** Whether it stands for a tree that was found without a record, which {@link Recovery} gave one id for all. */
    boolean isFoundling() {
        return volumeset.id().equals(id);
    }

    boolean isReadOnly() {
        return options.readOnly().orElse(false);
    }

    VolumeRecord removed(Instant when) {
        return new VolumeRecord(
                id, name, volumeset, branch, base, tree, createdAt, options, rolledBackTo, Optional.of(when));
    }

    VolumeRecord restored() {
        return new VolumeRecord(
                id, name, volumeset, branch, base, tree, createdAt, options, rolledBackTo, Optional.empty());
    }

    /** With another tree. */
    VolumeRecord restored(TreeId other) {
        return new VolumeRecord(
                id, name, volumeset, branch, base, other, createdAt, options, rolledBackTo, Optional.empty());
    }

    VolumeRecord resized(Optional<ByteSize> size) {
        return new VolumeRecord(
                id, name, volumeset, branch, base, tree, createdAt, options.withSize(size), rolledBackTo, removedAt);
    }

    VolumeRecord rolledBack(TreeId live, Snapshot outcome) {
        return new VolumeRecord(
                id, name, volumeset, branch, base, live, createdAt, options, Optional.of(outcome), removedAt);
    }
}
