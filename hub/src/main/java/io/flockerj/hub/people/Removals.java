package io.flockerj.hub.people;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.id.Id;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What the tables know of the removal of deleted volumesets. A volumeset is due when it can no longer be restored; {@link #begin} says so for
 * good; when nothing of it is left it is {@link #emptied}, and after a while of that it is {@link #forget forgotten}. Until then nobody can
 * make one of its id with the same owner.
 */
public final class Removals {
    /**
     * No removal begins sooner behind the deletion: requests that were allowed before it have ended by then. The longest is an upload of
     * 128 MiB to a slow bucket, about 70 minutes.
     */
    public static final Duration GRACE = Duration.ofHours(2);

    /** So long nothing must be found of a volumeset, until it is forgotten: by then whatever was on its way has arrived. */
    public static final Duration SETTLING = Duration.ofHours(24);

    private static final int MOST = 1_000;
    private static final String WORK = "removal";
    private static final String THERE =
            " WHERE owner_id = (SELECT id FROM accounts WHERE name = ? AND removed IS NULL) AND id = ?";

    private final Database database;
    private final InstantSource clock;

    public Removals(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * A volumeset whose data is to go.
     *
     * @param name that it had
     * @param isBegun whether it is known already that it is not restored any more
     * @param isEmptied whether nothing of it was found when it was looked at last
     */
    public record Due(VolumesetName name, Id id, boolean isBegun, boolean isEmptied) {}

    /**
     * Takes the turn to remove, if nobody else has it.
     *
     * @param holder who asks; may have it already
     * @param time how long it lasts unless it is given back
     */
    public boolean takeTurn(Id holder, Duration time) throws DatabaseException {
        Instant now = clock.instant();
        return database.change(handle -> handle.createUpdate("""
            INSERT INTO turns (work, holder, ends) VALUES (:work, :holder, :ends)
            ON CONFLICT (work) DO UPDATE SET holder = excluded.holder, ends = excluded.ends
            WHERE turns.ends <= :now OR turns.holder = :holder\
            """)
                        .bind("work", WORK)
                        .bind("holder", holder.hex())
                        .bind("ends", now.plus(time).toEpochMilli())
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1);
    }

    /** Gives the turn back. */
    public void endTurn(Id holder) throws DatabaseException {
        database.change(
                handle -> handle.execute("DELETE FROM turns WHERE work = ? AND holder = ?", WORK, holder.hex()));
    }

    /** Some that are due, which were due longest first. */
    public List<Due> due() throws DatabaseException {
        Instant now = clock.instant();
        return database.read(
                handle -> VolumesetRows.overdue(handle, now, now.minus(GRACE), now.minus(SETTLING), MOST).stream()
                        .map(row -> new Due(
                                row.name(),
                                row.id(),
                                row.removalBegun().isPresent(),
                                row.emptied().isPresent()))
                        .toList());
    }

    /** Says that a volumeset is not restored any more; false if it was restored meanwhile. */
    public boolean begin(OwnerName owner, Id volumeset) throws DatabaseException {
        long now = clock.millis();
        return database.change(handle -> handle.execute(
                        "UPDATE volumesets SET removal_begun = coalesce(removal_begun, ?)" + THERE
                                + " AND restorable_until <= ? AND deleted <= ?",
                        now,
                        owner.value(),
                        volumeset.hex(),
                        now,
                        now - GRACE.toMillis())
                == 1);
    }

    /** Says that nothing of it was found just now. */
    public void emptied(OwnerName owner, Id volumeset) throws DatabaseException {
        long now = clock.millis();
        database.change(handle -> handle.execute(
                "UPDATE volumesets SET emptied = coalesce(emptied, ?)" + THERE + " AND removal_begun IS NOT NULL",
                now,
                owner.value(),
                volumeset.hex()));
    }

    /** Says that something of it was found. */
    public void found(OwnerName owner, Id volumeset) throws DatabaseException {
        database.change(handle ->
                handle.execute("UPDATE volumesets SET emptied = NULL" + THERE, owner.value(), volumeset.hex()));
    }

    /** Forgets a volumeset of which nothing was found for a while, with its rights and protections; false if it is not so far. */
    public boolean forget(OwnerName owner, Id volumeset) throws DatabaseException {
        long settled = clock.millis() - SETTLING.toMillis();
        return database.change(handle -> {
            Optional<String> found = handle.select(
                            "SELECT owner_id FROM volumesets" + THERE + " AND emptied <= ?",
                            owner.value(),
                            volumeset.hex(),
                            settled)
                    .mapTo(String.class)
                    .findOne();
            if (found.isEmpty()) {
                return false;
            }
            String id = found.get();
            handle.execute("DELETE FROM grants WHERE owner_id = ? AND volumeset_id = ?", id, volumeset.hex());
            handle.execute("DELETE FROM protections WHERE owner_id = ? AND volumeset_id = ?", id, volumeset.hex());
            handle.execute("DELETE FROM volumesets WHERE owner_id = ? AND id = ?", id, volumeset.hex());
            return true;
        });
    }
}
