package io.flockerj.hub.people;

import io.flockerj.hub.access.Right;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.id.Id;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The rights that were given to accounts: to users, service accounts, or all members of a team; to one volumeset, or all of an owner.
 * Whoever asks was looked at before.
 */
public final class Grants {
    /** No place has more. */
    public static final int MOST_OF_A_PLACE = 10_000;

    private final Database database;
    private final InstantSource clock;

    public Grants(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * A right that was given.
     *
     * @param by the name of who gave it
     */
    public record Grant(AccountName grantee, Account.Kind kind, Right right, AccountName by, Instant since) {}

    /** Gives a right, in place of the one that the same account was given there before. */
    public void give(Place place, AccountName grantee, Right right, Id by) throws PeopleException, DatabaseException {
        database.change(handle -> {
            PlaceRows.Found found = PlaceRows.require(handle, place);
            Account account = AccountRows.require(handle, grantee);
            if (account.id().equals(found.owner())) {
                throw new InvalidException("account", "'" + grantee + "' owns it, and has every right");
            }
            if (right == Right.ADMIN && account.kind() == Account.Kind.SERVICE) {
                throw new InvalidException(
                        "right", "a service account is given publish at most: who changes rights is a person");
            }
            delete(handle, found, account.id());
            if (count(handle, found) >= MOST_OF_A_PLACE) {
                throw new ConflictException(
                        "no more than " + MOST_OF_A_PLACE + " rights are given to one place: use a team");
            }
            return insert(handle, found, account.id(), right, by, clock.millis());
        });
    }

    static int insert(Handle handle, PlaceRows.Found place, Id grantee, Right right, Id by, long now) {
        return handle.createUpdate("""
            INSERT INTO grants (grantee_id, owner_id, volumeset_id, access_right, granted_by, granted)
            VALUES (:grantee, :owner, :volumeset, :right, :by, :now)\
            """)
                .bind("grantee", grantee.hex())
                .bind("owner", place.owner().hex())
                .bind("volumeset", place.volumeset().map(Id::hex).orElse(null))
                .bind("right", right.written())
                .bind("by", by.hex())
                .bind("now", now)
                .execute();
    }

    /** Takes the right that an account was given there. */
    public void take(Place place, AccountName grantee) throws PeopleException, DatabaseException {
        database.change(handle -> {
            Account account = AccountRows.require(handle, grantee);
            if (delete(handle, PlaceRows.require(handle, place), account.id()) == 0) {
                throw new UnknownException("right given to", grantee + " for " + place);
            }
            return account;
        });
    }

    private static int delete(Handle handle, PlaceRows.Found place, Id grantee) {
        return handle.createUpdate("DELETE FROM grants WHERE grantee_id = :grantee AND " + PlaceRows.Found.CONDITION)
                .bind("grantee", grantee.hex())
                .bind("owner", place.owner().hex())
                .bind("volumeset", place.volumesetText())
                .execute();
    }

    private static long count(Handle handle, PlaceRows.Found place) {
        return handle.createQuery("SELECT count(*) FROM grants WHERE " + PlaceRows.Found.CONDITION)
                .bind("owner", place.owner().hex())
                .bind("volumeset", place.volumesetText())
                .mapTo(Long.class)
                .one();
    }

    /** What was given at a place, in the order of names. What holds for a whole owner is not repeated for each volumeset. */
    public List<Grant> of(Place place) throws PeopleException, DatabaseException {
        return database.read(handle -> {
            PlaceRows.Found found = PlaceRows.require(handle, place);
            return handle.createQuery("""
                SELECT a.name, a.kind, g.access_right, b.name AS giver, g.granted
                FROM grants g JOIN accounts a ON a.id = g.grantee_id JOIN accounts b ON b.id = g.granted_by
                WHERE a.removed IS NULL AND g.owner_id = :owner
                    AND (g.volumeset_id = :volumeset OR (g.volumeset_id IS NULL AND :volumeset = ''))
                ORDER BY a.name\
                """)
                    .bind("owner", found.owner().hex())
                    .bind("volumeset", found.volumesetText())
                    .map((row, _) -> new Grant(
                            new AccountName(row.getString("name")),
                            Account.Kind.parse(row.getString("kind")).orElseThrow(),
                            Right.parse(row.getString("access_right")).orElseThrow(),
                            new AccountName(row.getString("giver")),
                            Instant.ofEpochMilli(row.getLong("granted"))))
                    .list();
        });
    }
}
