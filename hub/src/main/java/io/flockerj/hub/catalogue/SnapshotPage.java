package io.flockerj.hub.catalogue;

import io.flockerj.store.id.Id;
import java.util.List;
import java.util.Optional;

/**
 * Some snapshots, the newest first.
 *
 * @param next behind which there may be more; empty at the end
 */
public record SnapshotPage(List<Snapshot> snapshots, Optional<Id> next) {
    public SnapshotPage {
        snapshots = List.copyOf(snapshots);
    }
}
