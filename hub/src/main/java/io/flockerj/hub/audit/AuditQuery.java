package io.flockerj.hub.audit;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.store.id.Id;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which acts somebody wants to see. What is empty does not matter.
 *
 * @param owner of the volumeset, which several may have
 * @param kinds all, if there is none
 * @param from the first moment
 * @param until the first moment that is too late
 */
public record AuditQuery(
        Optional<Id> volumeset,
        Optional<OwnerName> owner,
        Optional<Id> account,
        Set<ActKind> kinds,
        Optional<Instant> from,
        Optional<Instant> until) {
    public AuditQuery {
        kinds = Set.copyOf(kinds);
    }

    /** Whosever the volumeset is. */
    public AuditQuery(
            Optional<Id> volumeset,
            Optional<Id> account,
            Set<ActKind> kinds,
            Optional<Instant> from,
            Optional<Instant> until) {
        this(volumeset, Optional.empty(), account, kinds, from, until);
    }

    /** All of them. */
    public static AuditQuery all() {
        return new AuditQuery(Optional.empty(), Optional.empty(), Set.of(), Optional.empty(), Optional.empty());
    }
}
