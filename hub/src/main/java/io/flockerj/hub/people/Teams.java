package io.flockerj.hub.people;

import io.flockerj.hub.access.Right;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.id.Id;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Who is in which team. A team always has an admin; whoever leaves it loses what was given of the team's volumesets too. */
public final class Teams {
    /** No team has more members. */
    public static final int MOST_MEMBERS = 10_000;

    /** So many teams of an account are told together. */
    public static final int MOST_TOLD = 1_000;

    private final Database database;
    private final InstantSource clock;

    public Teams(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** All members of a team, in the order of their names. */
    public List<Member> members(AccountName team) throws PeopleException, DatabaseException {
        return database.read(handle -> MemberRows.of(handle, team(handle, team).id()));
    }

    /** The teams that an account is in, in the order of their names; the first {@link #MOST_TOLD}. */
    public List<Membership> of(Id account) throws DatabaseException {
        return database.read(handle -> MemberRows.teams(handle, account, MOST_TOLD));
    }

    /** What an account is in a team; empty if it is no member. */
    public Optional<Right> role(Id team, Id account) throws DatabaseException {
        return database.read(handle -> MemberRows.role(handle, team, account));
    }

    /** Makes a user or a service account a member, or gives a member another role. */
    public void put(AccountName team, AccountName member, Right role) throws PeopleException, DatabaseException {
        database.change(handle -> {
            Account whole = team(handle, team);
            Account account = AccountRows.require(handle, member);
            if (account.kind() == Account.Kind.TEAM) {
                throw new InvalidException(
                        "member", "'" + member + "' is a team itself: members are users and service accounts");
            }
            if (role == Right.ADMIN && account.kind() == Account.Kind.SERVICE) {
                throw new InvalidException(
                        "role", "a service account is no admin of a team: who changes rights is a person");
            }
            MemberRows.put(handle, whole.id(), account.id(), role, clock.millis());
            if (MemberRows.count(handle, whole.id()) > MOST_MEMBERS) {
                throw new ConflictException("a team has " + MOST_MEMBERS + " members at most");
            }
            return keepAdmin(handle, whole);
        });
    }

    /** Ends a membership. */
    public void remove(AccountName team, AccountName member) throws PeopleException, DatabaseException {
        database.change(handle -> {
            Account whole = team(handle, team);
            Account account = AccountRows.require(handle, member);
            if (!MemberRows.remove(handle, whole.id(), account.id())) {
                throw new UnknownException("member", member.value());
            }
            handle.execute(
                    "DELETE FROM grants WHERE owner_id = ? AND grantee_id = ?",
                    whole.id().hex(),
                    account.id().hex());
            return keepAdmin(handle, whole);
        });
    }

    private static Account team(Handle handle, AccountName name) throws UnknownException {
        return AccountRows.require(handle, name, Account.Kind.TEAM);
    }

    private static Account keepAdmin(Handle handle, Account team) throws ConflictException {
        if (MemberRows.admins(handle, team.id()) == 0) {
            throw new ConflictException("the team '" + team.name() + "' would be left without an admin");
        }
        return team;
    }
}
