package io.flockerj.hub.people;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.store.id.Id;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The table of volumesets, for whoever has it open. */
final class VolumesetRows {
    static final String SELECT =
            "SELECT v.*, a.name AS owner_name FROM volumesets v JOIN accounts a ON a.id = v.owner_id WHERE a.removed"
                    + " IS NULL AND ";

    /** Before a query: the caller's account, and the teams that it is in, as far as they are not shut out. */
    static final String MINE = """
        WITH me AS (SELECT id FROM accounts WHERE id = :account AND disabled IS NULL AND removed IS NULL),
            mine AS (
                SELECT id FROM me
                UNION ALL
                SELECT t.id FROM members m
                JOIN accounts t ON t.id = m.team_id
                JOIN me ON me.id = m.account_id
                WHERE t.disabled IS NULL AND t.removed IS NULL)
        """;

    private VolumesetRows() {}

    /**
     * A row.
     *
     * @param restorableUntil empty if it was not deleted
     * @param removalBegun empty if none of its data has been removed
     * @param emptied since when nothing of it was found
     */
    record Row(
            Id owner,
            Id id,
            VolumesetName name,
            Visibility visibility,
            Optional<Instant> restorableUntil,
            Optional<Instant> removalBegun,
            Optional<Instant> emptied) {
        boolean isDeleted() {
            return restorableUntil.isPresent();
        }
    }

    static Optional<Row> find(Handle handle, Id owner, String name) {
        return handle.select(SELECT + "v.owner_id = ? AND v.name = ? AND v.deleted IS NULL", owner.hex(), name)
                .map((row, _) -> read(row))
                .findOne();
    }

    /** By its id, deleted or not. */
    static Optional<Row> find(Handle handle, Id owner, Id volumeset) {
        return handle.select(SELECT + "v.owner_id = ? AND v.id = ?", owner.hex(), volumeset.hex())
                .map((row, _) -> read(row))
                .findOne();
    }

    /** By its id, unless it was deleted. */
    static Optional<Row> findPresent(Handle handle, Id owner, Id volumeset) {
        return find(handle, owner, volumeset).filter(row -> !row.isDeleted());
    }

    static List<Row> of(Handle handle, Id owner) {
        return handle.select(SELECT + "v.owner_id = ? AND v.deleted IS NULL ORDER BY v.name", owner.hex())
                .map((row, _) -> read(row))
                .list();
    }

    /** Those of all owners, deleted or not. */
    static List<Row> all(Handle handle) {
        return handle.select(SELECT + "1 = 1 ORDER BY v.owner_id, v.id")
                .map((row, _) -> read(row))
                .list();
    }

    /** Those of an owner that were deleted, the last first. */
    static List<Row> deleted(Handle handle, Id owner) {
        return handle.select(
                        SELECT + "v.owner_id = ? AND v.deleted IS NOT NULL ORDER BY v.deleted DESC, v.id", owner.hex())
                .map((row, _) -> read(row))
                .list();
    }

    /**
     * Those whose time is over, which was over longest first.
     *
     * @param deletedBefore not those that were deleted later
     * @param emptiedBefore nor those in which nothing was found since then
     */
    static List<Row> overdue(Handle handle, Instant now, Instant deletedBefore, Instant emptiedBefore, int most) {
        return handle.select(
                        SELECT
                                + "v.restorable_until <= ? AND v.deleted <= ? AND (v.emptied IS NULL OR v.emptied <= ?)"
                                + " ORDER BY v.restorable_until, v.id LIMIT ?",
                        now.toEpochMilli(),
                        deletedBefore.toEpochMilli(),
                        emptiedBefore.toEpochMilli(),
                        most)
                .map((row, _) -> read(row))
                .list();
    }

    static List<Row> list(Query query) {
        return query.map((row, _) -> read(row)).list();
    }

    private static Row read(ResultSet row) throws SQLException {
        return new Row(
                Id.parse(row.getString("owner_id")),
                Id.parse(row.getString("id")),
                new VolumesetName(new OwnerName(row.getString("owner_name")), row.getString("name")),
                Visibility.parse(row.getString("visibility")).orElseThrow(),
                AccountRows.instant(row, "restorable_until"),
                AccountRows.instant(row, "removal_begun"),
                AccountRows.instant(row, "emptied"));
    }
}
