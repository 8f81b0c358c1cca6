package io.flockerj.hub.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flockerj.store.RefState;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.Update;

/** The tables of the catalogue, of one repository, for whoever has them open. */
final class CatalogueRows {
    private static final int QUERY_SECONDS = 20;
    /** So many times as far it is counted if all are frequent; what there is still more often is as good as everywhere. */
    private static final long COUNTED_AGAIN = 10;

    private static final String OF = "owner = :owner AND volumeset_id = :volumeset";
    private static final String LISTED = "s.state > 0 AND s.whole = 1";
    private static final String SAME = "s.owner = :owner AND s.volumeset_id = :volumeset AND s.snapshot_id = ";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<TreeMap<String, String>> LABELS = new TypeReference<>() {};

    private final Handle handle;
    private final Stored stored;

    CatalogueRows(Handle handle, Stored stored) {
        this.handle = handle;
        this.stored = stored;
    }

    private <S extends SqlStatement<S>> S bound(S statement) {
        return statement
                .setQueryTimeout(QUERY_SECONDS)
                .bind("owner", stored.owner().value())
                .bind("volumeset", stored.volumeset().hex());
    }

    private Query query(String sql) {
        return bound(handle.createQuery(sql));
    }

    private Update update(String sql) {
        return bound(handle.createUpdate(sql));
    }

    /** A ref as it was when the row was made. */
    record RefRow(
            String name,
            String version,
            long generation,
            Optional<Id> snapshot,
            Optional<Id> branch,
            Optional<Instant> moved,
            Optional<String> by) {}

    List<RefRow> refs() {
        return query("SELECT * FROM catalogue_refs WHERE " + OF)
                .map((row, _) -> ref(row))
                .list();
    }

    Optional<RefRow> ref(String name) {
        return query("SELECT * FROM catalogue_refs WHERE " + OF + " AND name = :name")
                .bind("name", name)
                .map((row, _) -> ref(row))
                .findOne();
    }

    private static RefRow ref(ResultSet row) throws SQLException {
        long moved = row.getLong("moved");
        Optional<Instant> when = row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(moved));
        return new RefRow(
                row.getString("name"),
                row.getString("version"),
                row.getLong("generation"),
                id(row, "snapshot_id"),
                id(row, "branch_id"),
                when,
                Optional.ofNullable(row.getString("moved_by")));
    }

    private static Optional<Id> id(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).map(Id::parse);
    }

    void put(RefState ref) {
        RefValue value = ref.value();
        update("""
            INSERT INTO catalogue_refs (owner, volumeset_id, name, version, generation, snapshot_id, branch_id, moved, moved_by)
            VALUES (:owner, :volumeset, :name, :version, :generation, :snapshot, :branch, :moved, :by)
            ON CONFLICT (owner, volumeset_id, name) DO UPDATE SET version = excluded.version,
                generation = excluded.generation, snapshot_id = excluded.snapshot_id, branch_id = excluded.branch_id,
                moved = excluded.moved, moved_by = excluded.moved_by\
            """)
                .bind("name", value.name())
                .bind("version", ref.version().text())
                .bind("generation", value.generation())
                .bind("snapshot", value.target().map(to -> to.snapshot().hex()).orElse(null))
                .bind("branch", value.branch().map(Id::hex).orElse(null))
                .bind("moved", value.moved().map(Moments::millis).orElse(null))
                .bind("by", value.by().map(CatalogueRows::text).orElse(null))
                .execute();
    }

    void removeRef(String name) {
        update("DELETE FROM catalogue_refs WHERE " + OF + " AND name = :name")
                .bind("name", name)
                .execute();
    }

    /** What is known of a snapshot's place. */
    record Standing(Optional<Id> parent, int state, boolean whole) {
        static final int GONE = 0;
        static final int THERE = 1;
        static final int DAMAGED = 2;
    }

    Optional<Standing> standing(Id snapshot) {
        return query("SELECT s.parent_id, s.state, s.whole FROM catalogue_snapshots s WHERE " + SAME + ":snapshot")
                .bind("snapshot", snapshot.hex())
                .map((row, _) -> new Standing(id(row, "parent_id"), row.getInt("state"), row.getLong("whole") == 1))
                .findOne();
    }

    /** Some of which the commit was missing or damaged when it was looked at. */
    List<Id> damaged(int most) {
        return query("SELECT snapshot_id FROM catalogue_snapshots WHERE " + OF + " AND state = 2 LIMIT :most")
                .bind("most", (long) most)
                .map((row, _) -> Id.parse(row.getString("snapshot_id")))
                .list();
    }

    /** A row to be written. */
    record Line(Id id, Optional<Id> parent, Instant time, int state, Optional<Snapshot.Told> told) {}

    /**
     * What is known to be there stays as it is; of others the newest is told. One whose commit was damaged had no parent: of one that has
     * another now, it is not known any more whether all that it comes from is here.
     */
    void add(List<Line> lines) {
        if (lines.isEmpty()) {
            return;
        }
        PreparedBatch batch = bound(handle.prepareBatch("""
            INSERT INTO catalogue_snapshots (owner, volumeset_id, snapshot_id, parent_id, taken, state, whole, commit_hash,
                author, message, labels, branch_name, volume_name, restored_from, atomic, entries, bytes)
            VALUES (:owner, :volumeset, :id, :parent, :taken, :state, 0, :commit, :author, :message, :labels, :branch,
                :volume, :restored, :atomic, :entries, :bytes)
            ON CONFLICT (owner, volumeset_id, snapshot_id) DO UPDATE SET parent_id = excluded.parent_id,
                taken = excluded.taken, state = excluded.state, commit_hash = excluded.commit_hash,
                author = excluded.author, message = excluded.message, labels = excluded.labels,
                branch_name = excluded.branch_name, volume_name = excluded.volume_name,
                restored_from = excluded.restored_from, atomic = excluded.atomic, entries = excluded.entries,
                bytes = excluded.bytes, whole = CASE
                    WHEN coalesce(catalogue_snapshots.parent_id, '') = coalesce(excluded.parent_id, '')
                    THEN catalogue_snapshots.whole ELSE 0 END
            WHERE catalogue_snapshots.state <> 1 AND excluded.state <> 0\
            """));
        for (Line line : lines) {
            bind(batch, line);
            batch.add();
        }
        batch.execute();
        addFacets(lines);
    }

    private void bind(PreparedBatch batch, Line line) {
        Optional<Snapshot.Told> told = line.told();
        batch.bind("owner", stored.owner().value())
                .bind("volumeset", stored.volumeset().hex())
                .bind("id", line.id().hex())
                .bind("parent", line.parent().map(Id::hex).orElse(null))
                .bind("taken", Moments.nanos(line.time()))
                .bind("state", (long) line.state())
                .bind("commit", told.map(says -> says.commit().hex()).orElse(null))
                .bind("author", told.flatMap(Snapshot.Told::author).orElse(null))
                .bind("message", told.flatMap(Snapshot.Told::message).orElse(null))
                .bind("labels", told.map(says -> json(says.labels())).orElse(null))
                .bind("branch", told.map(Snapshot.Told::branch).orElse(null))
                .bind("volume", told.map(Snapshot.Told::volume).orElse(null))
                .bind(
                        "restored",
                        told.flatMap(Snapshot.Told::restoredFrom).map(Id::hex).orElse(null))
                .bind("atomic", told.map(says -> says.atomic() ? 1L : 0L).orElse(null))
                .bind("entries", told.map(Snapshot.Told::entries).orElse(null))
                .bind("bytes", told.map(Snapshot.Told::bytes).orElse(null));
    }

    private void addFacets(List<Line> lines) {
        PreparedBatch batch = handle.prepareBatch("""
            INSERT INTO catalogue_facets (owner, volumeset_id, facet, taken, snapshot_id)
            VALUES (:owner, :volumeset, :facet, :taken, :id) ON CONFLICT DO NOTHING\
            """);
        for (Line line : lines) {
            for (String facet : line.told().map(Facets::of).orElse(List.of())) {
                batch.bind("owner", stored.owner().value())
                        .bind("volumeset", stored.volumeset().hex())
                        .bind("facet", facet)
                        .bind("taken", Moments.nanos(line.time()))
                        .bind("id", line.id().hex())
                        .add();
            }
        }
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    /** The snapshots from one of them backwards, as far as they are not known to be whole. */
    private static final String UNSURE = """
        WITH RECURSIVE line (id, parent) AS (
            SELECT s.snapshot_id, s.parent_id FROM catalogue_snapshots s
            WHERE s.owner = :owner AND s.volumeset_id = :volumeset AND s.snapshot_id = :start AND s.whole = 0
            UNION
            SELECT s.snapshot_id, s.parent_id FROM line JOIN catalogue_snapshots s
            ON s.owner = :owner AND s.volumeset_id = :volumeset AND s.snapshot_id = line.parent AND s.whole = 0)
        """;

    /** Lets it be seen that all that a snapshot comes from is here. False if that is not so: then nothing was changed. */
    boolean complete(Id start) {
        if (standing(start).isEmpty()) {
            return false;
        }
        long gaps =
                query(UNSURE + """
            SELECT count(*) FROM line WHERE parent IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM catalogue_snapshots p
                WHERE p.owner = :owner AND p.volumeset_id = :volumeset AND p.snapshot_id = line.parent)\
            """).bind("start", start.hex()).mapTo(Long.class).one();
        if (gaps > 0) {
            return false;
        }
        update("UPDATE catalogue_snapshots SET whole = 1 WHERE " + OF + " AND snapshot_id IN (" + UNSURE
                        + "SELECT id FROM line)")
                .bind("start", start.hex())
                .execute();
        return true;
    }

    /** Whether a snapshot is another, or one that this comes from. */
    boolean isAncestor(Id older, Id younger) {
        return query("""
            WITH RECURSIVE line (id, parent, taken) AS (
                SELECT s.snapshot_id, s.parent_id, s.taken FROM catalogue_snapshots s
                WHERE s.owner = :owner AND s.volumeset_id = :volumeset AND s.snapshot_id = :younger
                UNION
                SELECT s.snapshot_id, s.parent_id, s.taken FROM line JOIN catalogue_snapshots s
                ON s.owner = :owner AND s.volumeset_id = :volumeset AND s.snapshot_id = line.parent
                WHERE line.id <> :older AND line.taken >= (
                    SELECT o.taken FROM catalogue_snapshots o
                    WHERE o.owner = :owner AND o.volumeset_id = :volumeset AND o.snapshot_id = :older))
            SELECT count(*) FROM line WHERE id = :older\
            """)
                        .bind("younger", younger.hex())
                        .bind("older", older.hex())
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    /** Removes what no branch and no tag leads to. What somebody is still writing stays. */
    void sweep() {
        update("DELETE FROM catalogue_snapshots WHERE " + OF + """
             AND whole = 1 AND snapshot_id NOT IN (
                WITH RECURSIVE reached (id) AS (
                    SELECT r.snapshot_id FROM catalogue_refs r
                    WHERE r.owner = :owner AND r.volumeset_id = :volumeset AND r.snapshot_id IS NOT NULL
                    UNION
                    SELECT s.parent_id FROM reached JOIN catalogue_snapshots s
                    ON s.owner = :owner AND s.volumeset_id = :volumeset AND s.snapshot_id = reached.id
                    WHERE s.parent_id IS NOT NULL)
                SELECT id FROM reached)\
            """).execute();
        update("DELETE FROM catalogue_facets WHERE " + OF + """
             AND NOT EXISTS (
                SELECT 1 FROM catalogue_snapshots s WHERE s.owner = catalogue_facets.owner
                AND s.volumeset_id = catalogue_facets.volumeset_id AND s.snapshot_id = catalogue_facets.snapshot_id)\
            """).execute();
    }

    /** From now on nothing is shown, and of no snapshot it is counted on that all is there that it comes from. */
    void doubtAll() {
        update("DELETE FROM catalogue_refs WHERE " + OF).execute();
        update("UPDATE catalogue_snapshots SET whole = 0 WHERE " + OF + " AND whole = 1")
                .execute();
    }

    /**
     * Removes some snapshots, in any order: they are in doubt, so whoever is cut off in this, and reads the refs anew, passes all that is left
     * once more.
     *
     * @param most so many snapshots
     * @return whether there may be more
     */
    boolean removeSome(int most) {
        List<String> snapshots = ids(most);
        if (snapshots.isEmpty()) {
            return removeFacets(most);
        }
        remove("catalogue_facets", snapshots);
        remove("catalogue_snapshots", snapshots);
        return true;
    }

    private List<String> ids(int most) {
        return query("SELECT snapshot_id FROM catalogue_snapshots WHERE " + OF + " LIMIT :most")
                .bind("most", (long) most)
                .mapTo(String.class)
                .list();
    }

    private void remove(String table, List<String> snapshots) {
        PreparedBatch batch =
                bound(handle.prepareBatch("DELETE FROM " + table + " WHERE " + OF + " AND snapshot_id = :id"));
        for (String id : snapshots) {
            batch.bind("owner", stored.owner().value())
                    .bind("volumeset", stored.volumeset().hex())
                    .bind("id", id)
                    .add();
        }
        batch.execute();
    }

    /** Those of no snapshot. */
    private boolean removeFacets(int most) {
        return update("DELETE FROM catalogue_facets WHERE " + OF + " AND (facet, taken, snapshot_id) IN ("
                                + "SELECT facet, taken, snapshot_id FROM catalogue_facets WHERE " + OF
                                + " LIMIT :most)")
                        .bind("most", (long) most)
                        .execute()
                > 0;
    }

    Optional<Snapshot> find(Id snapshot) {
        return query("SELECT s.* FROM catalogue_snapshots s WHERE " + SAME + ":snapshot AND " + LISTED)
                .bind("snapshot", snapshot.hex())
                .map((row, _) -> snapshot(row))
                .findOne();
    }

    /** Those of them that there are, at most as many as a page has. */
    Map<Id, Snapshot> findAll(Collection<Id> wanted) {
        Map<Id, Snapshot> found = new HashMap<>();
        if (!wanted.isEmpty()) {
            query("SELECT s.* FROM catalogue_snapshots s WHERE s.owner = :owner AND s.volumeset_id = :volumeset"
                            + " AND s.snapshot_id IN (<wanted>) AND " + LISTED)
                    .bindList("wanted", wanted.stream().map(Id::hex).toList())
                    .map((row, _) -> snapshot(row))
                    .forEach(snapshot -> found.put(snapshot.id(), snapshot));
        }
        return found;
    }

    /** Up to two, of which the id begins so. */
    List<Snapshot> findByPrefix(String prefix) {
        return query("SELECT s.* FROM catalogue_snapshots s WHERE s.owner = :owner AND s.volumeset_id = :volumeset"
                        + " AND s.snapshot_id >= :prefix AND s.snapshot_id < :end AND " + LISTED
                        + " ORDER BY s.snapshot_id LIMIT 2")
                .bind("prefix", prefix)
                .bind("end", prefix + "g")
                .map((row, _) -> snapshot(row))
                .list();
    }

    /** Where a list goes on. */
    record Behind(Instant time, Id id) {}

    /**
     * Those that are asked for, whatever branch, behind one of them.
     *
     * @param facets that they have; the first is what is gone through, and the others are looked up for each
     */
    List<Snapshot> list(SnapshotQuery asked, List<String> facets, Optional<Behind> behind, int most) {
        String at = facets.isEmpty() ? "s" : "f";
        StringBuilder sql = new StringBuilder("SELECT s.* FROM ");
        if (facets.isEmpty()) {
            sql.append("catalogue_snapshots s WHERE s.owner = :owner AND s.volumeset_id = :volumeset");
        } else {
            sql.append("catalogue_facets f JOIN catalogue_snapshots s ON s.owner = f.owner AND s.volumeset_id ="
                    + " f.volumeset_id AND s.snapshot_id = f.snapshot_id WHERE f.owner = :owner AND f.volumeset_id ="
                    + " :volumeset AND f.facet = :facet0");
        }
        sql.append(" AND ").append(LISTED);
        asked.from().ifPresent(_ -> sql.append(" AND " + at + ".taken >= :from"));
        asked.to().ifPresent(_ -> sql.append(" AND " + at + ".taken < :to"));
        behind.ifPresent(_ -> sql.append(" AND (" + at + ".taken, " + at + ".snapshot_id) < (:behindTime, :behindId)"));
        for (int i = 1; i < facets.size(); i++) {
            sql.append(" AND EXISTS (SELECT 1 FROM catalogue_facets g WHERE g.owner = :owner AND g.volumeset_id ="
                    + " :volumeset AND g.facet = :facet" + i + " AND g.taken = s.taken AND g.snapshot_id ="
                    + " s.snapshot_id)");
        }
        sql.append(" ORDER BY " + at + ".taken DESC, " + at + ".snapshot_id DESC LIMIT :most");
        Query query = query(sql.toString()).bind("most", (long) most);
        asked.from().ifPresent(time -> query.bind("from", Moments.nanos(time)));
        asked.to().ifPresent(time -> query.bind("to", Moments.nanos(time)));
        behind.ifPresent(here -> query.bind("behindTime", Moments.nanos(here.time()))
                .bind("behindId", here.id().hex()));
        for (int i = 0; i < facets.size(); i++) {
            query.bind("facet" + i, facets.get(i));
        }
        return query.map((row, _) -> snapshot(row)).list();
    }

    /**
     * Puts first what there is least of; the order of the others does not matter.
     *
     * @param counted so far it is counted. If there are more of each, it is counted further; if there are still more of each, they stay in
     *     their order
     */
    List<String> rarestFirst(List<String> facets, int counted) {
        if (facets.size() < 2) {
            return facets;
        }
        Map<String, Long> counts = counts(facets, counted);
        if (counts.values().stream().allMatch(count -> count == counted)) {
            counts = counts(facets, counted * COUNTED_AGAIN);
        }
        Map<String, Long> found = counts;
        return facets.stream()
                .sorted(Comparator.comparingLong(facet -> found.getOrDefault(facet, 0L)))
                .toList();
    }

    private Map<String, Long> counts(List<String> facets, long most) {
        Map<String, Long> counts = new HashMap<>();
        for (String facet : facets) {
            Query count = query("SELECT count(*) FROM (SELECT 1 FROM catalogue_facets WHERE " + OF
                    + " AND facet = :facet LIMIT :most) c");
            counts.put(
                    facet,
                    count.bind("facet", facet)
                            .bind("most", most)
                            .mapTo(Long.class)
                            .one());
        }
        return counts;
    }

    /** A snapshot on a line; one that is gone is told by its place only. */
    record OnLine(Id id, Optional<Id> parent, Optional<Snapshot> snapshot) {}

    /** A snapshot and those that it comes from, one after the other. */
    List<OnLine> line(Id start, int most) {
        return query("""
            WITH RECURSIVE line (id, depth) AS (
                SELECT CAST(:start AS TEXT), 1
                UNION ALL
                SELECT s.parent_id, line.depth + 1 FROM line JOIN catalogue_snapshots s
                ON s.owner = :owner AND s.volumeset_id = :volumeset AND s.snapshot_id = line.id
                WHERE s.parent_id IS NOT NULL AND line.depth < :most)
            SELECT s.* FROM line JOIN catalogue_snapshots s
            ON s.owner = :owner AND s.volumeset_id = :volumeset AND s.snapshot_id = line.id
            ORDER BY line.depth\
            """)
                .bind("start", start.hex())
                .bind("most", most)
                .map((row, _) -> new OnLine(
                        Id.parse(row.getString("snapshot_id")),
                        id(row, "parent_id"),
                        row.getInt("state") == Standing.GONE ? Optional.empty() : Optional.of(snapshot(row))))
                .list();
    }

    private static Snapshot snapshot(ResultSet row) throws SQLException {
        Optional<Snapshot.Told> told = Optional.empty();
        if (row.getInt("state") == Standing.THERE) {
            told = Optional.of(new Snapshot.Told(
                    Hash.parse(row.getString("commit_hash")),
                    Optional.ofNullable(row.getString("author")),
                    Optional.ofNullable(row.getString("message")),
                    labels(row.getString("labels")),
                    row.getString("branch_name"),
                    row.getString("volume_name"),
                    id(row, "restored_from"),
                    row.getLong("atomic") == 1,
                    row.getLong("entries"),
                    row.getLong("bytes")));
        }
        return new Snapshot(
                Id.parse(row.getString("snapshot_id")),
                id(row, "parent_id"),
                Moments.ofNanos(row.getLong("taken")),
                told);
    }

    /** PostgreSQL keeps no character 0. */
    static String text(String text) {
        return text.replace('\0', '\ufffd');
    }

    private static String json(SortedMap<String, String> labels) {
        try {
            return JSON.writeValueAsString(labels);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts can be written as JSON", e);
        }
    }

    private static SortedMap<String, String> labels(String json) throws SQLException {
        try {
            return JSON.readValue(json, LABELS);
        } catch (JsonProcessingException e) {
            throw new SQLException("the labels of a snapshot in the catalogue are damaged: rebuild the catalogue", e);
        }
    }

    /** All rows as text, for comparing. */
    List<String> dump() {
        List<String> lines = new ArrayList<>();
        for (String table : List.of("catalogue_refs", "catalogue_snapshots", "catalogue_facets")) {
            query("SELECT * FROM " + table + " WHERE " + OF).mapToMap().list().stream()
                    .map(row -> table + new TreeMap<>(row))
                    .sorted()
                    .forEach(lines::add);
        }
        return lines;
    }
}
