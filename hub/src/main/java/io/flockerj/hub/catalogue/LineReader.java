package io.flockerj.hub.catalogue;

import io.flockerj.hub.catalogue.CatalogueRows.Line;
import io.flockerj.hub.catalogue.CatalogueRows.Standing;
import io.flockerj.hub.database.Database;
import io.flockerj.store.Repository;
import io.flockerj.store.Repository.Committed;
import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.history.Tombstone;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes rows for a snapshot and for all that it comes from, as far as there are none, from the storage: some at a time, so that one who is
 * cut off has not worked in vain. For one thread, and one snapshot.
 */
final class LineReader {
    private static final int BATCH = 200;

    private final Database database;
    private final Stored stored;
    private final Repository repository;
    private final Deadline deadline;
    private final List<Line> batch = new ArrayList<>();
    /** What the last commit tells of those before it that had none, which may have one by now. */
    private final Map<Id, Ancestor> told = new HashMap<>();

    private Instant younger = Instant.EPOCH;

    LineReader(Database database, Stored stored, Repository repository, Deadline deadline) {
        this.database = database;
        this.stored = stored;
        this.repository = repository;
        this.deadline = deadline;
    }

    void read(Id start) throws IOException {
        read(start, true);
    }

    /** What comes before a commit; its own line, which is not written, follows it. */
    Line readBehind(Committed committed) throws IOException {
        Commit commit = committed.commit();
        younger = commit.time();
        addLineage(commit.lineage());
        if (commit.parent().isPresent()) {
            read(commit.parent().get(), false);
        }
        flush();
        return line(committed);
    }

    private void read(Id start, boolean isHead) throws IOException {
        // A writer that errs could make a circle: who comes again to where he was at the last power of two has met one.
        Id mark = start;
        long nextMark = 2;
        Optional<Id> at = Optional.of(start);
        for (long steps = 1; at.isPresent(); steps++) {
            at = step(at.get(), isHead && steps == 1);
            if (at.equals(Optional.of(mark))) {
                break;
            }
            if (steps == nextMark && at.isPresent()) {
                mark = at.get();
                nextMark *= 2;
            }
            if (batch.size() >= BATCH) {
                flush();
            }
            if (deadline.isOver()) {
                flush();
                throw Deadline.behind();
            }
        }
        flush();
    }

    private void flush() throws IOException {
        if (!batch.isEmpty()) {
            List<Line> lines = List.copyOf(batch);
            database.change(handle -> {
                new CatalogueRows(handle, stored).add(lines);
                return lines.size();
            });
            batch.clear();
        }
    }

    /** Passes one snapshot, and tells the one that it comes from; empty if nothing more has to be looked at. */
    private Optional<Id> step(Id id, boolean isFirst) throws IOException {
        Optional<Standing> known = database.read(handle -> new CatalogueRows(handle, stored).standing(id));
        if (known.isPresent() && known.get().state() == Standing.THERE) {
            return known.get().whole() ? Optional.empty() : known.get().parent();
        }
        boolean isGone = known.isPresent() && known.get().state() == Standing.GONE;
        if (isGone && !isFirst && !told.containsKey(id)) {
            return known.get().whole() ? Optional.empty() : known.get().parent();
        }
        try {
            Optional<Committed> committed = repository.committed(id);
            if (committed.isPresent()) {
                Commit commit = committed.get().commit();
                add(line(committed.get()));
                addLineage(commit.lineage());
                return commit.parent();
            }
            Optional<Tombstone> tombstone = repository.tombstone(id);
            if (tombstone.isPresent()) {
                Tombstone left = tombstone.get();
                add(new Line(id, left.parent(), left.time(), Standing.GONE, Optional.empty()));
                addLineage(left.lineage());
                return left.parent();
            }
        } catch (BrokenException e) {
            return damaged(id);
        }
        if (isGone) {
            return known.get().parent();
        }
        Ancestor ancestor = told.get(id);
        return ancestor == null ? damaged(id) : ancestor.parent();
    }

    private static Line line(Committed committed) {
        Commit commit = committed.commit();
        return new Line(
                commit.snapshot(), commit.parent(), commit.time(), Standing.THERE, Optional.of(told(committed)));
    }

    private Optional<Id> damaged(Id id) {
        add(new Line(id, Optional.empty(), younger, Standing.DAMAGED, Optional.empty()));
        return Optional.empty();
    }

    private void add(Line line) {
        batch.add(line);
        younger = line.time();
    }

    private void addLineage(List<Ancestor> lineage) {
        told.clear();
        for (Ancestor ancestor : lineage) {
            told.put(ancestor.id(), ancestor);
            batch.add(new Line(ancestor.id(), ancestor.parent(), ancestor.time(), Standing.GONE, Optional.empty()));
        }
    }

    private static Snapshot.Told told(Committed committed) {
        SnapshotRecord says = committed.commit().snapshotRecord();
        SortedMap<String, String> labels = new TreeMap<>();
        says.labels().forEach((key, value) -> labels.put(CatalogueRows.text(key), CatalogueRows.text(value)));
        return new Snapshot.Told(
                committed.hash(),
                says.author().map(CatalogueRows::text),
                says.message().map(CatalogueRows::text),
                labels,
                CatalogueRows.text(says.branch().name()),
                CatalogueRows.text(says.volume().name()),
                says.restoredFrom(),
                says.atomic(),
                // The volume's own directory is counted there, too.
                Math.max(0, committed.commit().tree().totals().entries() - 1),
                committed.commit().tree().totals().bytes());
    }
}
