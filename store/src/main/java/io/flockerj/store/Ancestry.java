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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells which snapshots come from which, in one repository. What a snapshot's own commit or tombstone says counts; what a younger one says of
 * it in its lineage does only where there is neither, for whoever wrote the younger one could have said anything. Remembers what it has read,
 * since parents never change. For one thread.
 */
public final class Ancestry {
    /** So many snapshots are remembered at most, twice as many as there can be in a lineage. */
    static final int MOST = 2 * Commit.MOST_ANCESTORS;

    /** So many snapshots of lineages are asked for one by one; of more the folders are listed. */
    private static final int ASKED_SINGLY = 4;

    private final Repository repository;
    private final Limits limits;
    private final Map<Id, Optional<Id>> parents = new HashMap<>();
    /** What the last lineage that was read says. */
    private final Map<Id, Optional<Id>> told = new HashMap<>();

    private int asked;
    private int reads;
    private Duration waited = Duration.ZERO;
    private @Nullable Set<Id> listed;

    public Ancestry(Repository repository) {
        this(repository, Limits.USUAL);
    }

    /** For whoever does not trust those who have written the history. */
    public Ancestry(Repository repository, Limits limits) {
        this.repository = repository;
        this.limits = limits;
    }

    /**
     * How far it goes back.
     *
     * @param reads so often the repository is asked
     * @param steps so many snapshots are gone back, and remembered
     * @param time the repository is not asked any more when it has taken longer to answer in all
     */
    public record Limits(int reads, int steps, Duration time) {
        static final Limits USUAL = new Limits(Integer.MAX_VALUE, MOST, Duration.ofDays(365));
    }

    /**
     * Whether a snapshot is another, or among those that it comes from.
     *
     * @throws LongHistoryException if it can only be told beyond the limits
     */
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
        if (known == null) {
            if (parents.size() >= limits.steps()) {
                throw new LongHistoryException();
            }
            known = mayBeHere(snapshot) ? asked(() -> read(snapshot)) : said(snapshot);
            parents.put(snapshot, known);
        }
        return known;
    }

    /** A long lineage is of snapshots that were never sent here: looking for each of them would cost more than all else does. */
    private boolean mayBeHere(Id snapshot) throws IOException {
        if (!told.containsKey(snapshot) || asked++ < ASKED_SINGLY) {
            return true;
        }
        Set<Id> here = listed;
        if (here == null) {
            here = asked(repository::snapshotsEver);
            listed = here;
        }
        return here.contains(snapshot);
    }

    private interface Question<T> {
        T ask() throws IOException;
    }

    private <T> T asked(Question<T> question) throws IOException {
        if (reads >= limits.reads() || waited.compareTo(limits.time()) >= 0) {
            throw new LongHistoryException();
        }
        long begun = System.nanoTime();
        try {
            reads++;
            return question.ask();
        } finally {
            waited = waited.plusNanos(System.nanoTime() - begun);
        }
    }

    private Optional<Id> read(Id snapshot) throws IOException {
        Optional<Commit> commit = repository.commit(snapshot);
        if (commit.isPresent()) {
            return learn(commit.get().parent(), commit.get().lineage());
        }
        Optional<Tombstone> tombstone = repository.tombstone(snapshot);
        return tombstone.isPresent()
                ? learn(tombstone.get().parent(), tombstone.get().lineage())
                : said(snapshot);
    }

    private Optional<Id> said(Id snapshot) {
        return told.getOrDefault(snapshot, Optional.empty());
    }

    private Optional<Id> learn(Optional<Id> parent, List<Ancestor> lineage) {
        if (!lineage.isEmpty()) {
            told.clear(); // one lineage leads to a snapshot that is here, or to the first one
            lineage.forEach(ancestor -> told.put(ancestor.id(), ancestor.parent()));
        }
        return parent;
    }
}
