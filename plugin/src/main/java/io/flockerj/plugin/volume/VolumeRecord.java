package io.flockerj.plugin.volume;

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
 * @param tree the live directory tree; no other record names it
 * @param createdAt to the second
 * @param removedAt when it went to the trash; empty for a volume that exists
 */
public record VolumeRecord(
        RandomId id,
        VolumeName name,
        Volumeset volumeset,
        BranchName branch,
        TreeId tree,
        Instant createdAt,
        VolumeOptions options,
        Optional<Instant> removedAt) {

    SpaceAccount account() {
        return SpaceAccount.of(id);
    }

    /** Whether it stands for a tree that was found without a record, which {@link Recovery} gave one id for all. */
    boolean isFoundling() {
        return volumeset.id().equals(id);
    }

    VolumeRecord removed(Instant when) {
        return new VolumeRecord(id, name, volumeset, branch, tree, createdAt, options, Optional.of(when));
    }

    VolumeRecord resized(Optional<ByteSize> size) {
        return new VolumeRecord(id, name, volumeset, branch, tree, createdAt, options.withSize(size), removedAt);
    }
}
