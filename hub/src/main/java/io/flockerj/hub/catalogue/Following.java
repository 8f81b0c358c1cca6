package io.flockerj.hub.catalogue;

import io.flockerj.hub.catalogue.CatalogueRows.RefRow;
import io.flockerj.hub.database.Database;
import io.flockerj.store.RefState;
import io.flockerj.store.Refs;
import io.flockerj.store.Repository;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets the rows of one repository follow its branches and tags. Whatever moves meanwhile, here or on another hub: a row is never older than
 * one that was there, and the snapshots that a ref leads to are there before it. For one thread.
 */
final class Following {
    private static final int TRIES = 5;

    private final Database database;
    private final Stored stored;
    private final Repository repository;
    private final Refs refs;
    private final Deadline deadline;

    Following(Database database, Stored stored, Repository repository, InstantSource clock, Deadline deadline) {
        this.database = database;
        this.stored = stored;
        this.repository = repository;
        this.deadline = deadline;
        this.refs = repository.refs(clock, () -> {
            throw new IllegalStateException("the catalogue moves no ref");
        });
    }

    /** What came of a try. */
    private enum Outcome {
        DONE,
        /** Another was newer: then it has to be read again. */
        NEWER,
        /** What it leads to was removed meanwhile. */
        INCOMPLETE
    }

    /** One ref, with {@code branches/} or {@code tags/}. */
    void ref(String name) throws IOException {
        Optional<RefState> state = refs.read(name);
        if (state.isPresent()) {
            follow(state.get());
        }
    }

    /** All refs: compares what the storage has with what was read of it before. */
    void all() throws IOException {
        Map<String, RefRow> known = new HashMap<>();
        List<RefRow> rows = database.read(handle -> new CatalogueRows(handle, stored).refs());
        rows.forEach(row -> known.put(row.name(), row));
        for (String name : refs.names()) {
            RefRow row = known.remove(name);
            Optional<RefState> state = refs.read(name);
            if (state.isPresent()
                    && (row == null
                            || !row.version().equals(state.get().version().text()))) {
                follow(state.get());
            }
        }
        // Refs do not vanish, they are removed by a value; but the storage may have been put back.
        for (String vanished : known.keySet()) {
            if (refs.read(vanished).isEmpty()) {
                remove(vanished);
            }
        }
    }

    private void remove(String name) throws IOException {
        database.change(handle -> {
            CatalogueRows rows = new CatalogueRows(handle, stored);
            rows.removeRef(name);
            rows.sweep();
            return name;
        });
    }

    private void follow(RefState first) throws IOException {
        RefState state = first;
        boolean isSure = false;
        for (int tried = 0; tried < TRIES; tried++) {
            Optional<Id> snapshot = state.value().target().map(RefValue.Target::snapshot);
            if (snapshot.isPresent()) {
                new LineReader(database, stored, repository, deadline).read(snapshot.get());
            }
            RefState now = state;
            boolean sure = isSure;
            Outcome outcome = database.change(handle -> put(new CatalogueRows(handle, stored), now, snapshot, sure));
            if (outcome == Outcome.DONE) {
                return;
            }
            Optional<RefState> again = refs.read(state.value().name());
            if (again.isEmpty()) {
                return;
            }
            // The catalogue knew a newer one than the storage has, which was put back then: the storage is the truth.
            isSure = again.get().version().equals(state.version());
            state = again.get();
        }
        throw Deadline.behind();
    }

    private static Outcome put(CatalogueRows rows, RefState state, Optional<Id> snapshot, boolean isSure) {
        Optional<RefRow> before = rows.ref(state.value().name());
        if (!isSure
                && before.filter(row -> row.generation() > state.value().generation())
                        .isPresent()) {
            return Outcome.NEWER;
        }
        if (snapshot.isPresent() && !rows.complete(snapshot.get())) {
            return Outcome.INCOMPLETE;
        }
        rows.put(state);
        Optional<Id> left = before.flatMap(RefRow::snapshot);
        boolean isForward = left.isEmpty()
                || left.equals(snapshot)
                || (snapshot.isPresent() && rows.isAncestor(left.get(), snapshot.get()));
        if (!isForward) {
            rows.sweep();
        }
        return Outcome.DONE;
    }
}
