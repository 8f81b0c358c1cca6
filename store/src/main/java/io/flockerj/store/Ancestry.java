package io.flockerj.store;

import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.Tombstone;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells which snapshots come from which, in one repository. Remembers what it has read, since parents never change. For one thread. */
public final class Ancestry {
    private final Repository repository;
    private final Limits limits;
    private final Map<Id, Optional<Id>> parents = new HashMap<>();
    private int reads;
    private Duration waited = Duration.ZERO;

    public Ancestry(Repository repository) {
        this(repository, Limits.NONE);
    }

    /** For whoever does not trust those who have written the history. */
    public Ancestry(Repository repository, Limits limits) {
        this.repository = repository;
        this.limits = limits;
    }

    /**
     * How far it goes back.
     *
     * @param reads so many objects are read
     * @param remembered so many snapshots are remembered, and those of one commit more
     * @param time no object is read when the reading of others has taken longer
     */
    public record Limits(int reads, int remembered, Duration time) {
        static final Limits NONE = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, Duration.ofDays(365));
    }

    /** It would have to go further back than its limits allow, and knows nothing. */
    public static final class TooFarException extends IOException {
        TooFarException(Id older, Id younger) {
            super("whether " + younger.abbreviated() + " comes from " + older.abbreviated()
                    + " is not known without going back very far");
        }
    }

    /**
     * Whether a snapshot is another, or among those that it comes from.
     *
     * @throws TooFarException if it can only be told beyond the limits
     */
    public boolean isAncestor(Id older, Id younger) throws IOException {
        Optional<Id> at = Optional.of(younger);
        // A writer that errs could make a circle; no line is longer than there are snapshots.
        for (int steps = 0; at.isPresent() && steps <= parents.size() + 1; steps++) {
            if (at.get().equals(older)) {
                return true;
            }
            Optional<Id> known = parents.get(at.get());
            if (known == null && isAtLimit()) {
                throw new TooFarException(older, younger);
            }
            at = known == null ? measured(at.get()) : known;
        }
        return false;
    }

    private boolean isAtLimit() {
        return reads >= limits.reads() || parents.size() >= limits.remembered() || waited.compareTo(limits.time()) >= 0;
    }

    private Optional<Id> measured(Id snapshot) throws IOException {
        long begun = System.nanoTime();
        try {
            reads++;
            return parent(snapshot);
        } finally {
            waited = waited.plusNanos(System.nanoTime() - begun);
        }
    }

    private Optional<Id> parent(Id snapshot) throws IOException {
        Optional<Commit> commit = repository.commit(snapshot);
        if (commit.isPresent()) {
            return learn(snapshot, commit.get().parent(), commit.get().lineage());
        }
        Optional<Tombstone> tombstone = repository.tombstone(snapshot);
        return tombstone.isPresent()
                ? learn(snapshot, tombstone.get().parent(), tombstone.get().lineage())
                : Optional.empty();
    }

    private Optional<Id> learn(Id snapshot, Optional<Id> parent, List<Ancestor> lineage) {
        parents.put(snapshot, parent);
        lineage.forEach(ancestor -> parents.putIfAbsent(ancestor.id(), ancestor.parent()));
        return parent;
    }
}
