package io.flockerj.hub.catalogue;

import io.flockerj.store.id.Id;
import java.time.Instant;
import java.util.Optional;

/**
 * A branch or a tag.
 *
 * @param name without {@code branches/} or {@code tags/}
 * @param branch its id; empty for a tag
 * @param snapshot what it names
 * @param moved when; for people
 * @param by host and person; for people
 */
public record NamedRef(
        String name, Optional<Id> branch, Snapshot snapshot, Optional<Instant> moved, Optional<String> by) {}
