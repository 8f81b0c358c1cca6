package io.flockerj.hub.people;

import io.flockerj.hub.access.BranchPattern;
import io.flockerj.hub.access.BranchRules;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.id.Id;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Which branches are protected and which tags are immutable, in one volumeset or in all of an owner. */
public final class Protections {
    /** No place has more patterns. */
    public static final int MOST_OF_A_PLACE = 100;

    private static final String BRANCH = "branch";
    private static final String TAG = "tag";

    private final Database database;
    private final InstantSource clock;

    public Protections(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Protects branches. That they are protected already is no error. */
    public void protectBranches(Place place, BranchPattern pattern) throws PeopleException, DatabaseException {
        add(place, BRANCH, pattern);
    }

    /** Makes tags immutable. That they are already is no error. */
    public void keepTags(Place place, BranchPattern pattern) throws PeopleException, DatabaseException {
        add(place, TAG, pattern);
    }

    /** Takes back {@link #protectBranches} with the same pattern. */
    public void unprotectBranches(Place place, BranchPattern pattern) throws PeopleException, DatabaseException {
        remove(place, BRANCH, pattern);
    }

    /** Takes back {@link #keepTags} with the same pattern. */
    public void releaseTags(Place place, BranchPattern pattern) throws PeopleException, DatabaseException {
        remove(place, TAG, pattern);
    }

    private void add(Place place, String kind, BranchPattern pattern) throws PeopleException, DatabaseException {
        database.change(handle -> {
            PlaceRows.Found found = PlaceRows.require(handle, place);
            delete(handle, found, kind, pattern);
            if (count(handle, found) >= MOST_OF_A_PLACE) {
                throw new ConflictException("no more than " + MOST_OF_A_PLACE + " patterns are protected in one place");
            }
            return handle.createUpdate("""
                INSERT INTO protections (owner_id, volumeset_id, kind, pattern, created)
                VALUES (:owner, :volumeset, :kind, :pattern, :now)\
                """)
                    .bind("owner", found.owner().hex())
                    .bind("volumeset", found.volumeset().map(Id::hex).orElse(null))
                    .bind("kind", kind)
                    .bind("pattern", pattern.text())
                    .bind("now", clock.millis())
                    .execute();
        });
    }

    private void remove(Place place, String kind, BranchPattern pattern) throws PeopleException, DatabaseException {
        database.change(handle -> {
            if (delete(handle, PlaceRows.require(handle, place), kind, pattern) == 0) {
                throw new UnknownException("protection of", kind + " " + pattern.text() + " in " + place);
            }
            return pattern;
        });
    }

    private static int delete(Handle handle, PlaceRows.Found place, String kind, BranchPattern pattern) {
        return handle.createUpdate("DELETE FROM protections WHERE kind = :kind AND pattern = :pattern AND "
                        + PlaceRows.Found.CONDITION)
                .bind("kind", kind)
                .bind("pattern", pattern.text())
                .bind("owner", place.owner().hex())
                .bind("volumeset", place.volumesetText())
                .execute();
    }

    private static long count(Handle handle, PlaceRows.Found place) {
        return handle.createQuery("SELECT count(*) FROM protections WHERE " + PlaceRows.Found.CONDITION)
                .bind("owner", place.owner().hex())
                .bind("volumeset", place.volumesetText())
                .mapTo(Long.class)
                .one();
    }

    /** What was said of a place. What holds for a whole owner is not repeated for each volumeset. */
    public BranchRules of(Place place) throws PeopleException, DatabaseException {
        return database.read(handle -> {
            PlaceRows.Found found = PlaceRows.require(handle, place);
            return rules(all(handle, found.owner()), found.volumeset(), false);
        });
    }

    /**
     * A row.
     *
     * @param volumeset empty if it is for all of the owner
     */
    record Row(Optional<Id> volumeset, boolean isTag, BranchPattern pattern) {}

    static List<Row> all(Handle handle, Id owner) {
        return handle.select(
                        "SELECT volumeset_id, kind, pattern FROM protections WHERE owner_id = ? ORDER BY kind, pattern",
                        owner.hex())
                .map((row, _) -> read(row))
                .list();
    }

    /** Those for a volumeset, and those for all of its owner. */
    static List<Row> of(Handle handle, Id owner, Id volumeset) {
        return handle.select(
                        "SELECT volumeset_id, kind, pattern FROM protections WHERE owner_id = ? AND (volumeset_id IS NULL"
                                + " OR volumeset_id = ?) ORDER BY kind, pattern",
                        owner.hex(),
                        volumeset.hex())
                .map((row, _) -> read(row))
                .list();
    }

    private static Row read(ResultSet row) throws SQLException {
        return new Row(
                Optional.ofNullable(row.getString("volumeset_id")).map(Id::parse),
                row.getString("kind").equals(TAG),
                new BranchPattern(row.getString("pattern")));
    }

    /** @param withOwners whether what is for all of the owner counts for a volumeset too */
    static BranchRules rules(List<Row> rows, Optional<Id> volumeset, boolean withOwners) {
        List<BranchPattern> branches = new ArrayList<>();
        List<BranchPattern> tags = new ArrayList<>();
        for (Row row : rows) {
            if (row.volumeset().equals(volumeset)
                    || (withOwners && row.volumeset().isEmpty())) {
                (row.isTag() ? tags : branches).add(row.pattern());
            }
        }
        return new BranchRules(branches, tags);
    }
}
