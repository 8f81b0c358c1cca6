package io.flockerj.hub.people;

import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.id.Id;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * The accounts of a hub. A name is never given to a second account, for it stands in the record of acts, in the addresses that hosts know,
 * and in the storage. One administrator at least, who is not disabled, stays once there is one.
 */
public final class Accounts {
    /** No page has more. */
    public static final int LONGEST_PAGE = 1_000;

    private static final int LONGEST_DISPLAY_NAME = 100;

    private final Database database;
    private final InstantSource clock;
    private final Supplier<Id> ids;

    public Accounts(Database database, InstantSource clock, Supplier<Id> ids) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
    }

    /** Adds a user, who cannot sign in before {@link Passwords#set}. */
    public Account addUser(AccountName name, String displayName, boolean isAdministrator)
            throws PeopleException, DatabaseException {
        Account user = account(name, Account.Kind.USER, displayName, isAdministrator, Optional.empty());
        return database.change(handle -> add(handle, user));
    }

    /** Adds a user, who can sign in by a password at once. */
    public Account addUser(AccountName name, String displayName, boolean isAdministrator, Passwords.Hashed password)
            throws PeopleException, DatabaseException {
        Account user = account(name, Account.Kind.USER, displayName, isAdministrator, Optional.empty());
        return database.change(handle -> {
            add(handle, user);
            Passwords.put(handle, user.id(), password.text(), clock.millis());
            return user;
        });
    }

    /** Adds a team with its first member, who has the role of an admin. */
    public Account addTeam(AccountName name, String displayName, Id first) throws PeopleException, DatabaseException {
        Account team = account(name, Account.Kind.TEAM, displayName, false, Optional.empty());
        return database.change(handle -> {
            Account member = AccountRows.find(handle, first)
                    .filter(account -> account.kind() == Account.Kind.USER)
                    .orElseThrow(() -> new InvalidException("member", "the first member of a team is a user"));
            add(handle, team);
            MemberRows.put(handle, team.id(), member.id(), Right.ADMIN, clock.millis());
            return team;
        });
    }

    /** Adds a service account, for which a user or a team answers. */
    public Account addService(AccountName name, String displayName, Id answerable)
            throws PeopleException, DatabaseException {
        Account service = account(name, Account.Kind.SERVICE, displayName, false, Optional.of(answerable));
        return database.change(handle -> {
            boolean canAnswer = AccountRows.find(handle, answerable)
                    .filter(account -> account.kind() != Account.Kind.SERVICE)
                    .isPresent();
            if (!canAnswer) {
                throw new InvalidException("owner", "a user or a team answers for a service account");
            }
            return add(handle, service);
        });
    }

    private Account account(
            AccountName name, Account.Kind kind, String displayName, boolean isAdministrator, Optional<Id> answerable)
            throws InvalidException {
        return new Account(
                ids.get(),
                name,
                kind,
                displayName(displayName),
                isAdministrator,
                answerable,
                Visibility.PRIVATE,
                clock.instant(),
                Optional.empty());
    }

    private static String displayName(String text) throws InvalidException {
        if (text.codePointCount(0, text.length()) > LONGEST_DISPLAY_NAME
                || text.codePoints().anyMatch(Accounts::isUnseen)) {
            throw new InvalidException(
                    "displayName",
                    "a display name has " + LONGEST_DISPLAY_NAME + " characters at most, and none that cannot be seen");
        }
        return text;
    }

    private static boolean isUnseen(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    private static Account add(Handle handle, Account account) throws ConflictException {
        if (AccountRows.isTaken(handle, account.name())) {
            throw new ConflictException(
                    "the name '" + account.name() + "' is taken, or was: a name is never given away again");
        }
        AccountRows.add(handle, account);
        return account;
    }

    /** Looks for an account. */
    public Optional<Account> find(AccountName name) throws DatabaseException {
        return database.read(handle -> AccountRows.find(handle, name));
    }

    /** Looks for an account. */
    public Optional<Account> find(Id id) throws DatabaseException {
        return database.read(handle -> AccountRows.find(handle, id));
    }

    /** Whether there is any. */
    public boolean isEmpty() throws DatabaseException {
        return database.read(handle -> AccountRows.behind(handle, "", 1).isEmpty());
    }

    /**
     * Accounts in the order of their names.
     *
     * @param name of the last one of the page before; empty for the first page
     * @param most how many, from 1 to {@link #LONGEST_PAGE}
     */
    public List<Account> behind(Optional<AccountName> name, int most) throws DatabaseException {
        int bounded = Math.clamp(most, 1, LONGEST_PAGE);
        return database.read(handle ->
                AccountRows.behind(handle, name.map(AccountName::value).orElse(""), bounded));
    }

    /**
     * Accounts of one kind, in the order of their names.
     *
     * @param name behind which they stand; empty for the first page
     * @param most how many, {@link #LONGEST_PAGE} and one at most: by the one more it is known whether there is another page
     */
    public List<Account> behind(Account.Kind kind, String name, int most) throws DatabaseException {
        return database.read(handle -> AccountRows.behind(handle, kind, name, bounded(most)));
    }

    /** The teams that an account is in; the rest as in {@link #behind(Account.Kind, String, int)}. */
    public List<Account> teamsOf(Id member, String name, int most) throws DatabaseException {
        return database.read(handle -> AccountRows.teamsOf(handle, member, name, bounded(most)));
    }

    /** The service accounts for which somebody answers; the rest as in {@link #behind(Account.Kind, String, int)}. */
    public List<Account> answeredBy(Id account, String name, int most) throws DatabaseException {
        return database.read(handle -> AccountRows.answeredBy(handle, account, name, bounded(most)));
    }

    private static int bounded(int most) {
        return Math.clamp(most, 1, LONGEST_PAGE + 1);
    }

    /** The id of the account that has a name, or had it before it was removed. */
    public Optional<Id> idEver(AccountName name) throws DatabaseException {
        return database.read(handle -> AccountRows.idEver(handle, name));
    }

    /** Changes an account, in all that is wished or in nothing; tells what it is then. */
    public Account change(AccountName name, Account.Kind kind, AccountChange wish)
            throws PeopleException, DatabaseException {
        if (wish.administrator().isPresent() && kind != Account.Kind.USER) {
            throw new InvalidException("administrator", "administrators are users");
        }
        Optional<String> called = wish.displayName();
        if (called.isPresent()) {
            displayName(called.get());
        }
        return database.change(handle -> {
            Account before = AccountRows.require(handle, name, kind);
            Account after = changed(before, wish);
            AccountRows.update(handle, after);
            keepAdministrator(handle, before);
            return after;
        });
    }

    private Account changed(Account before, AccountChange wish) {
        Optional<Instant> since = before.disabled();
        if (wish.disabled().isPresent()) {
            since = wish.disabled().get() ? since.or(() -> Optional.of(now())) : Optional.empty();
        }
        return new Account(
                before.id(),
                before.name(),
                before.kind(),
                wish.displayName().orElse(before.displayName()),
                wish.administrator().orElse(before.isAdministrator()),
                before.answerable(),
                wish.usualVisibility().orElse(before.usualVisibility()),
                before.created(),
                since);
    }

    /** As the database keeps it. */
    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    /** Says how it is called for people. */
    public void rename(AccountName name, String displayName) throws PeopleException, DatabaseException {
        String text = displayName(displayName);
        database.change(handle -> handle.createUpdate("UPDATE accounts SET display_name = :text WHERE id = :id")
                .bind("text", text)
                .bind("id", AccountRows.require(handle, name).id().hex())
                .execute());
    }

    /** Says what volumesets are, that are made under its name from now on. */
    public void setUsualVisibility(AccountName name, Visibility visibility) throws PeopleException, DatabaseException {
        database.change(handle -> handle.createUpdate("UPDATE accounts SET usual_visibility = :value WHERE id = :id")
                .bind("value", visibility.written())
                .bind("id", AccountRows.require(handle, name).id().hex())
                .execute());
    }

    /** Lets a user manage the accounts of the hub, or no longer. */
    public void setAdministrator(AccountName name, boolean isAdministrator) throws PeopleException, DatabaseException {
        database.change(handle -> {
            Account user = AccountRows.require(handle, name, Account.Kind.USER);
            handle.createUpdate("UPDATE accounts SET administrator = :value WHERE id = :id")
                    .bind("value", isAdministrator ? 1L : 0L)
                    .bind("id", user.id().hex())
                    .execute();
            return keepAdministrator(handle, user);
        });
    }

    /** Shuts an account out at once, with all its tokens, or lets it in again. */
    public void setDisabled(AccountName name, boolean isDisabled) throws PeopleException, DatabaseException {
        database.change(handle -> {
            Account account = AccountRows.require(handle, name);
            handle.createUpdate("UPDATE accounts SET disabled = :since WHERE id = :id")
                    .bind("since", isDisabled ? Long.valueOf(clock.millis()) : null)
                    .bind("id", account.id().hex())
                    .execute();
            return keepAdministrator(handle, account);
        });
    }

    /** Removes an account that owns nothing any more, and all that was given to it. */
    public void remove(AccountName name) throws PeopleException, DatabaseException {
        database.change(handle -> {
            Account account = AccountRows.require(handle, name);
            String id = account.id().hex();
            refuseIfNeeded(handle, account);
            handle.createUpdate("UPDATE accounts SET removed = :now, administrator = 0 WHERE id = :id")
                    .bind("now", clock.millis())
                    .bind("id", id)
                    .execute();
            keepAdministrator(handle, account);
            handle.createUpdate("UPDATE tokens SET revoked = :now WHERE account_id = :id AND revoked IS NULL")
                    .bind("now", clock.millis())
                    .bind("id", id)
                    .execute();
            handle.execute("DELETE FROM passwords WHERE account_id = ?", id);
            handle.execute("DELETE FROM grants WHERE grantee_id = ? OR owner_id = ?", id, id);
            handle.execute("DELETE FROM protections WHERE owner_id = ?", id);
            return handle.execute("DELETE FROM members WHERE account_id = ? OR team_id = ?", id, id);
        });
    }

    private static void refuseIfNeeded(Handle handle, Account account) throws ConflictException {
        String id = account.id().hex();
        if (count(handle, "SELECT count(*) FROM volumesets WHERE owner_id = ?", id) > 0) {
            throw new ConflictException(account.name()
                    + " owns volumesets, or some that can still be restored: delete them first, and wait");
        }
        if (count(handle, "SELECT count(*) FROM accounts WHERE owner_id = ? AND removed IS NULL", id) > 0) {
            throw new ConflictException(account.name() + " answers for service accounts: remove these first");
        }
        MemberRows.refuseIfLastAdmin(handle, account);
    }

    private static Account keepAdministrator(Handle handle, Account changed) throws ConflictException {
        String administrators =
                "SELECT count(*) FROM accounts WHERE administrator = 1 AND disabled IS NULL AND removed IS NULL";
        if (changed.isAdministrator() && changed.disabled().isEmpty() && count(handle, administrators) == 0) {
            throw new ConflictException(
                    changed.name() + " is the only administrator of the hub: make another one first");
        }
        return changed;
    }

    private static long count(Handle handle, String sql, Object... arguments) {
        return handle.select(sql, arguments).mapTo(Long.class).one();
    }
}
