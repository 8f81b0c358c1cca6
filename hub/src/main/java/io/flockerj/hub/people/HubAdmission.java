package io.flockerj.hub.people;

import io.flockerj.hub.access.Admission;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Holding;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.database.Database;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * What the tables say. An owner has every right to what it owns, a member of a team that of its role to what the team owns; and each
 * account has what was given to it or to a team that it is in, the highest counts. Who may push to all of an owner may make volumesets
 * there. An administrator of the hub has no right by that. A disabled account has no right, and nobody has one through a disabled team.
 */
public final class HubAdmission implements Admission {
    private final Database database;
    private final InstantSource clock;
    private final Duration restorable;

    /** @param restorable how long a deleted volumeset can be restored */
    public HubAdmission(Database database, InstantSource clock, Duration restorable) {
        this.database = database;
        this.clock = clock;
        this.restorable = restorable;
    }

    @Override
    public boolean isOwner(OwnerName owner) throws IOException {
        return database.read(handle -> AccountRows.find(handle, owner).isPresent());
    }

    @Override
    public boolean hasPublic(OwnerName owner) throws IOException {
        return database.read(handle -> handle.createQuery("""
            SELECT count(*) FROM accounts a WHERE a.name = :name AND a.removed IS NULL AND EXISTS (
                SELECT 1 FROM volumesets v WHERE v.owner_id = a.id AND v.deleted IS NULL AND v.visibility = :public)\
            """)
                        .bind("name", owner.value())
                        .bind("public", Visibility.PUBLIC.written())
                        .mapTo(Long.class)
                        .one()
                > 0);
    }

    @Override
    public boolean mayMake(Caller caller, OwnerName owner) throws IOException {
        return database.read(handle -> {
            Optional<Account> found = AccountRows.find(handle, owner);
            return found.isPresent() && mayMake(handle, caller, found.get().id());
        });
    }

    private static boolean mayMake(Handle handle, Caller caller, Id owner) {
        return highest(rights(handle, caller, owner), Optional.empty())
                .filter(right -> right.includes(Right.PUSH))
                .isPresent();
    }

    @Override
    public Optional<Holding> find(Caller caller, OwnerName owner, Id volumeset) throws IOException {
        return database.read(handle -> {
            Optional<Account> found = AccountRows.find(handle, owner);
            return found.flatMap(account -> VolumesetRows.find(handle, account.id(), volumeset))
                    .filter(row -> !row.isDeleted())
                    .map(row -> holding(handle, caller, row));
        });
    }

    @Override
    public Optional<Holding> find(Caller caller, VolumesetName name) throws IOException {
        return database.read(handle -> {
            Optional<Account> found = AccountRows.find(handle, name.owner());
            return found.flatMap(account -> VolumesetRows.find(handle, account.id(), name.name()))
                    .map(row -> holding(handle, caller, row));
        });
    }

    private static Holding holding(Handle handle, Caller caller, VolumesetRows.Row row) {
        return holding(row, rights(handle, caller, row.owner()), Protections.of(handle, row.owner(), row.id()));
    }

    private static Holding holding(VolumesetRows.Row row, List<Given> rights, List<Protections.Row> protections) {
        return new Holding(
                row.name(),
                row.id(),
                row.visibility(),
                highest(rights, Optional.of(row.id())),
                Protections.rules(protections, Optional.of(row.id()), true));
    }

    @Override
    public List<Holding> all(Caller caller, OwnerName owner) throws IOException {
        return database.read(handle -> {
            Optional<Account> found = AccountRows.find(handle, owner);
            return found.isEmpty() ? List.of() : all(handle, caller, found.get().id());
        });
    }

    private static List<Holding> all(Handle handle, Caller caller, Id owner) {
        List<Given> rights = rights(handle, caller, owner);
        List<Protections.Row> protections = Protections.all(handle, owner);
        List<Holding> all = new ArrayList<>();
        for (VolumesetRows.Row row : VolumesetRows.of(handle, owner)) {
            Holding holding = holding(row, rights, protections);
            if (holding.granted().isPresent() || holding.visibility() != Visibility.PRIVATE) {
                all.add(holding);
            }
        }
        return all;
    }

    /**
     * A right of an account.
     *
     * @param volumeset empty if it is to all of the owner
     */
    record Given(Optional<Id> volumeset, Right right) {}

    /** The right that the caller has to all volumesets of an owner, those to come as well, by account and token. */
    public Optional<Right> toAll(Caller caller, OwnerName owner) throws IOException {
        Optional<Right> granted = database.read(handle -> AccountRows.find(handle, owner)
                .flatMap(account -> highest(rights(handle, caller, account.id()), Optional.empty())));
        return caller.toAllOf(owner, granted);
    }

    static Optional<Right> highest(List<Given> rights, Optional<Id> volumeset) {
        return rights.stream()
                .filter(given ->
                        given.volumeset().isEmpty() || given.volumeset().equals(volumeset))
                .map(Given::right)
                .max(Right::compareTo);
    }

    /** All rights that the caller's account has to what an owner has, each by its reason. */
    static List<Given> rights(Handle handle, Caller caller, Id owner) {
        if (caller.account().isEmpty()) {
            return List.of();
        }
        return handle.createQuery("""
            WITH me AS (SELECT id FROM accounts WHERE id = :account AND disabled IS NULL AND removed IS NULL),
                mine AS (
                    SELECT t.id, m.role FROM members m
                    JOIN accounts t ON t.id = m.team_id
                    JOIN me ON me.id = m.account_id
                    WHERE t.disabled IS NULL AND t.removed IS NULL)
            SELECT NULL AS volumeset_id, 'admin' AS access_right FROM me WHERE id = :owner
            UNION ALL
            SELECT NULL, role FROM mine WHERE id = :owner
            UNION ALL
            SELECT volumeset_id, access_right FROM grants
            WHERE owner_id = :owner AND (grantee_id IN (SELECT id FROM me) OR grantee_id IN (SELECT id FROM mine))\
            """)
                .bind("account", caller.account().get().id().hex())
                .bind("owner", owner.hex())
                .map((row, _) -> new Given(
                        Optional.ofNullable(row.getString("volumeset_id")).map(Id::parse),
                        Right.parse(row.getString("access_right")).orElseThrow()))
                .list();
    }

    @Override
    public Making make(Caller caller, VolumesetName name, Id volumeset) throws IOException {
        Id maker = caller.account()
                .orElseThrow(() -> new IllegalArgumentException("nobody is signed in"))
                .id();
        return database.change(handle -> {
            Account owner = AccountRows.find(handle, name.owner())
                    .orElseThrow(() -> new IOException("the owner " + name.owner() + " was removed meanwhile"));
            // In the same transaction: else whoever leaves the team meanwhile would keep a right for ever.
            if (!mayMake(handle, caller, owner.id())) {
                return Making.MAY_NOT;
            }
            Optional<VolumesetRows.Row> same = VolumesetRows.find(handle, owner.id(), volumeset);
            if (same.isPresent()) {
                boolean isIt = !same.get().isDeleted() && same.get().name().equals(name);
                return isIt ? Making.MADE : Making.VOLUMESET_TAKEN;
            }
            if (VolumesetRows.find(handle, owner.id(), name.name()).isPresent()) {
                return Making.NAME_TAKEN;
            }
            insert(handle, owner, name, volumeset);
            if (!maker.equals(owner.id())) {
                PlaceRows.Found place = new PlaceRows.Found(owner.id(), Optional.of(volumeset));
                Grants.insert(handle, place, maker, makersRight(handle, maker), maker, clock.millis());
            }
            return Making.MADE;
        });
    }

    private static Right makersRight(Handle handle, Id maker) {
        boolean isService = AccountRows.find(handle, maker)
                .filter(account -> account.kind() == Account.Kind.SERVICE)
                .isPresent();
        return isService ? Right.PUBLISH : Right.ADMIN;
    }

    private void insert(Handle handle, Account owner, VolumesetName name, Id volumeset) {
        handle.createUpdate("""
            INSERT INTO volumesets (owner_id, id, name, visibility, created)
            VALUES (:owner, :id, :name, :visibility, :now)\
            """)
                .bind("owner", owner.id().hex())
                .bind("id", volumeset.hex())
                .bind("name", name.name())
                .bind("visibility", owner.usualVisibility().written())
                .bind("now", clock.millis())
                .execute();
    }

    @Override
    public void delete(Caller caller, VolumesetName name, Id volumeset) throws IOException {
        Instant now = clock.instant();
        database.change(handle -> handle.createUpdate("""
            UPDATE volumesets SET deleted = :now, restorable_until = :until
            WHERE id = :id AND name = :name AND deleted IS NULL
                AND owner_id = (SELECT id FROM accounts WHERE name = :owner AND removed IS NULL)\
            """)
                .bind("now", now.toEpochMilli())
                .bind("until", now.plus(restorable).toEpochMilli())
                .bind("id", volumeset.hex())
                .bind("name", name.name())
                .bind("owner", name.owner().value())
                .execute());
    }
}
