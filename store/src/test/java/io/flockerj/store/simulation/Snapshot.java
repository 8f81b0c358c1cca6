package io.flockerj.store.simulation;

import io.flockerj.store.id.Id;
import java.time.Instant;
import java.util.Optional;

/**
 * A snapshot as the host knows it that took it.
 *
 * @param isKept whether it is pushed along with its descendants
 */
record Snapshot(Id id, Optional<Id> parent, Instant time, Node.Directory tree, boolean isKept) {}
