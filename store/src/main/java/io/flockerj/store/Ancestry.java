package io.flockerj.store;

import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.Tombstone;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells which snapshots come from which, in one repository. Remembers what it has read, since parents never change. For one thread. */
public final class Ancestry {
    private final Repository repository;
    private final Map<Id, Optional<Id>> parents = new HashMap<>();

    public Ancestry(Repository repository) {
        this.repository = repository;
    }

    /** Whether a snapshot is another, or among those that it comes from. */
    public boolean isAncestor(Id older, Id younger) throws IOException {
        Optional<Id> at = Optional.of(younger);
        // A writer that errs could make a circle; no line is longer than there are snapshots.
        for (int steps = 0; at.isPresent() && steps <= parents.size() + 1; steps++) {
            if (at.get().equals(older)) {
                return true;
            }
            at = parent(at.get());
        }
        return false;
    }

    private Optional<Id> parent(Id snapshot) throws IOException {
        Optional<Id> known = parents.get(snapshot);
        if (known != null) {
            return known;
        }
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
