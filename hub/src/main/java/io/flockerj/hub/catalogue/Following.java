package io.flockerj.hub.catalogue;

import io.flockerj.hub.catalogue.CatalogueException.Reason;
import io.flockerj.hub.catalogue.CatalogueRows.Line;
import io.flockerj.hub.catalogue.CatalogueRows.RefRow;
import io.flockerj.hub.database.Database;
import io.flockerj.store.RefState;
import io.flockerj.store.Refs;
import io.flockerj.store.Repository;
import io.flockerj.store.Repository.Committed;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.work.WorkLine;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Lets the rows of one repository follow its branches and tags. Whatever moves meanwhile, here or on another hub: a row is never older than
 * one that was there, and the snapshots that a ref leads to are there before it. For one thread.
 */
final class Following {
    private static final int TRIES = 5;
    /** So many refs are read at once. */
    private static final int READERS = 8;
    /** So many snapshots whose commits are damaged are looked at again each time. */
    private static final int MOST_DAMAGED = 100;

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

    /**
     * All refs: compares what the storage has with what was read of it before.
     *
     * @param from the name to begin with; "" for all
     * @return the name that was not looked at any more when the deadline was over; empty if all were
     */
    Optional<String> all(String from) throws IOException {
        Map<String, RefRow> known = new HashMap<>();
        List<RefRow> rows = database.read(handle -> new CatalogueRows(handle, stored).refs());
        rows.forEach(row -> known.put(row.name(), row));
        List<String> names = refs.names();
        Set<String> vanished = new HashSet<>(known.keySet());
        names.forEach(vanished::remove);
        // Refs do not vanish, they are removed by a value; but the storage may have been put back.
        for (String name : vanished) {
            if (refs.read(name).isEmpty()) {
                remove(name);
            }
        }
        lookAgain();
        return compare(
                names.stream()
                        .filter(name -> name.compareTo(from) >= 0)
                        .sorted()
                        .toList(),
                known);
    }

    private Optional<String> compare(List<String> names, Map<String, RefRow> known) throws IOException {
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            WorkLine<Optional<RefState>> line = new WorkLine<>(readers, READERS);
            try {
                for (int at = 0, begun = 0; at < names.size(); at++) {
                    if (deadline.isOver()) {
                        return Optional.of(names.get(at));
                    }
                    for (; begun < Math.min(names.size(), at + READERS); begun++) {
                        String next = names.get(begun);
                        line.begin(() -> refs.read(next));
                    }
                    Optional<RefState> state = line.last().orElseThrow();
                    if (state.isPresent()
                            && isOther(state.get(), known.get(names.get(at)))
                            && !followInTime(state.get())) {
                        return Optional.of(names.get(at));
                    }
                }
                return Optional.empty();
            } finally {
                line.abandon();
            }
        }
    }

    private boolean followInTime(RefState state) throws IOException {
        try {
            follow(state);
            return true;
        } catch (CatalogueException e) {
            if (e.reason() == Reason.BEHIND && deadline.isOver()) {
                return false;
            }
            throw e;
        }
    }

    private static boolean isOther(RefState state, @Nullable RefRow row) {
        return row == null || !row.version().equals(state.version().text());
    }

    /** What was damaged or missing may have been put back: then it is shown, and what comes before it. */
    private void lookAgain() throws IOException {
        List<Id> damaged = database.read(handle -> new CatalogueRows(handle, stored).damaged(MOST_DAMAGED));
        for (Id id : damaged) {
            Optional<Committed> found = whole(id);
            if (found.isPresent()) {
                Line line = new LineReader(database, stored, repository, deadline).readBehind(found.get());
                database.change(handle -> {
                    CatalogueRows rows = new CatalogueRows(handle, stored);
                    rows.add(List.of(line));
                    if (!rows.complete(id)) {
                        throw Deadline.behind();
                    }
                    return id;
                });
            }
        }
    }

    private Optional<Committed> whole(Id snapshot) throws IOException {
        try {
            return repository.committed(snapshot);
        } catch (BrokenException _) {
            return Optional.empty();
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
