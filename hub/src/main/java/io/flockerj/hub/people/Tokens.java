package io.flockerj.hub.people;

import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.VolumesetPattern;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.id.Id;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * The tokens of users and service accounts. Nothing of them is kept in memory: one that was revoked is refused from the next request on, by
 * every hub of the database.
 */
public final class Tokens {
    /** No account has more that are not revoked. */
    public static final int MOST_OF_AN_ACCOUNT = 1_000;

    /** How long a session lasts. */
    public static final Duration SESSION = Duration.ofHours(12);

    /** When it was last used is written no more often. */
    static final Duration LAST_USE_PRECISION = Duration.ofMinutes(1);

    private static final VolumesetPattern ALL = new VolumesetPattern("*/*");

    private final Database database;
    private final InstantSource clock;
    private final Supplier<Id> ids;
    private final RandomGenerator random;

    /** @param random one that nobody can guess */
    public Tokens(Database database, InstantSource clock, Supplier<Id> ids, RandomGenerator random) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.random = random;
    }

    /** A token that was made, with what is shown this once. */
    public record Made(Token token, TokenSecret secret) {}

    /** Whose a secret is, whatever has become of both. */
    record Found(Token token, String accountName, boolean isAccountClosed) {}

    /** Makes a token. */
    public Made make(Id account, NewToken wish) throws PeopleException, DatabaseException {
        wish.check();
        Instant now = clock.instant();
        Token token = new Token(
                ids.get(),
                account,
                wish.name(),
                false,
                wish.volumesets(),
                wish.highest(),
                now,
                wish.lifetime().map(now::plus),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return make(token, _ -> {});
    }

    /**
     * Makes one for somebody who signed in by password.
     *
     * @param verified the hash of the password, which has to be the account's still
     */
    Made makeSession(Id account, String address, String verified) throws PeopleException, DatabaseException {
        Instant now = clock.instant();
        Id id = ids.get();
        forgetSessions(account, now);
        Token session = new Token(
                id,
                account,
                "session-" + id.abbreviated(),
                true,
                List.of(ALL),
                Right.ADMIN,
                now,
                Optional.of(now.plus(SESSION)),
                Optional.of(now),
                Optional.of(address),
                Optional.empty());
        return make(session, handle -> Passwords.requireStill(handle, account, verified));
    }

    private void forgetSessions(Id account, Instant now) throws DatabaseException {
        database.change(handle -> handle.execute(
                "DELETE FROM tokens WHERE account_id = ? AND kind = 'session' AND expires < ?",
                account.hex(),
                now.toEpochMilli()));
    }

    /** What has to hold in the transaction that makes a token. */
    private interface Condition {
        void require(Handle handle) throws PeopleException;
    }

    private Made make(Token token, Condition condition) throws PeopleException, DatabaseException {
        TokenSecret secret = TokenSecret.make(token.isSession(), random);
        database.change(handle -> {
            condition.require(handle);
            refuseTooMany(handle, token);
            return insert(handle, token, secret);
        });
        return new Made(token, secret);
    }

    private static void refuseTooMany(Handle handle, Token token) throws PeopleException {
        boolean canHave = AccountRows.find(handle, token.account())
                .filter(account -> account.kind() != Account.Kind.TEAM)
                .isPresent();
        if (!canHave) {
            throw new InvalidException("account", "tokens are of users and service accounts");
        }
        List<String> names = handle.select(
                        "SELECT name FROM tokens WHERE account_id = ? AND revoked IS NULL",
                        token.account().hex())
                .mapTo(String.class)
                .list();
        if (names.contains(token.name())) {
            throw new ConflictException(
                    "there is a token '" + token.name() + "' already: choose another name, or revoke it first");
        }
        if (names.size() >= MOST_OF_AN_ACCOUNT) {
            throw new ConflictException(
                    "an account has " + MOST_OF_AN_ACCOUNT + " tokens and sessions at most: revoke some first");
        }
    }

    private static int insert(Handle handle, Token token, TokenSecret secret) {
        return handle.createUpdate("""
            INSERT INTO tokens (id, account_id, name, hash, scope, highest, kind, created, expires, last_used, last_address)
            VALUES (:id, :account, :name, :hash, :scope, :highest, :kind, :created, :expires, :used, :address)\
            """)
                .bind("id", token.id().hex())
                .bind("account", token.account().hex())
                .bind("name", token.name())
                .bind("hash", secret.hash().hex())
                .bind(
                        "scope",
                        token.volumesets().stream().map(VolumesetPattern::text).collect(Collectors.joining(" ")))
                .bind("highest", token.highest().written())
                .bind("kind", token.isSession() ? "session" : "token")
                .bind("created", token.created().toEpochMilli())
                .bind("expires", token.expires().map(Instant::toEpochMilli).orElse(null))
                .bind("used", token.lastUsed().map(Instant::toEpochMilli).orElse(null))
                .bind("address", token.lastAddress().orElse(null))
                .execute();
    }

    /** Looks whose a secret is. */
    Optional<Found> find(TokenSecret secret) throws DatabaseException {
        return database.read(handle -> handle.select("""
            SELECT t.*, a.name AS account_name, a.disabled, a.removed
            FROM tokens t JOIN accounts a ON a.id = t.account_id WHERE t.hash = ?\
            """, secret.hash().hex())
                .map((row, _) -> new Found(
                        read(row),
                        row.getString("account_name"),
                        AccountRows.instant(row, "disabled").isPresent()
                                || AccountRows.instant(row, "removed").isPresent()))
                .findOne());
    }

    /** Notes that a token was used, unless that was noted a moment ago. */
    void used(Token token, String address) throws DatabaseException {
        Instant now = clock.instant();
        Instant due = now.minus(LAST_USE_PRECISION);
        if (token.lastUsed().filter(last -> last.isAfter(due)).isPresent()) {
            return;
        }
        database.change(handle -> handle.execute(
                "UPDATE tokens SET last_used = ?, last_address = ? WHERE id = ?",
                now.toEpochMilli(),
                address,
                token.id().hex()));
    }

    /** The tokens of an account that are not revoked, in the order of their names, without its sessions. */
    public List<Token> of(Id account) throws DatabaseException {
        return database.read(handle -> handle.select(
                        "SELECT * FROM tokens WHERE account_id = ? AND kind = 'token' AND revoked IS NULL ORDER BY"
                                + " name",
                        account.hex())
                .map((row, _) -> read(row))
                .list());
    }

    /** Revokes a token, for ever. */
    public Token revoke(Id account, String name) throws PeopleException, DatabaseException {
        return database.change(handle -> {
            Token token = handle.select(
                            "SELECT * FROM tokens WHERE account_id = ? AND name = ? AND revoked IS NULL",
                            account.hex(),
                            name)
                    .map((row, _) -> read(row))
                    .findOne()
                    .orElseThrow(() -> new UnknownException("token", name));
            handle.execute(
                    "UPDATE tokens SET revoked = ? WHERE id = ?",
                    clock.millis(),
                    token.id().hex());
            return token;
        });
    }

    /** Revokes a token, for ever; none that is a session. */
    public Token revoke(Id account, Id token) throws PeopleException, DatabaseException {
        return database.change(handle -> {
            Token found = handle.select(
                            "SELECT * FROM tokens WHERE account_id = ? AND id = ? AND kind = 'token' AND revoked IS NULL",
                            account.hex(),
                            token.hex())
                    .map((row, _) -> read(row))
                    .findOne()
                    .orElseThrow(() -> new UnknownException("token", token.hex()));
            handle.execute("UPDATE tokens SET revoked = ? WHERE id = ?", clock.millis(), token.hex());
            return found;
        });
    }

    /** Ends a session, or revokes the token that was shown. */
    public void revoke(TokenSecret secret) throws DatabaseException {
        database.change(handle -> handle.execute(
                "UPDATE tokens SET revoked = ? WHERE hash = ? AND revoked IS NULL",
                clock.millis(),
                secret.hash().hex()));
    }

    /** Ends all sessions of an account, as when its password is changed. */
    public void endSessions(Id account) throws DatabaseException {
        database.change(handle -> endSessions(handle, account, clock.millis()));
    }

    static int endSessions(Handle handle, Id account, long now) {
        return handle.execute(
                "UPDATE tokens SET revoked = ? WHERE account_id = ? AND kind = 'session' AND revoked IS NULL",
                now,
                account.hex());
    }

    private static Token read(ResultSet row) throws SQLException {
        return new Token(
                Id.parse(row.getString("id")),
                Id.parse(row.getString("account_id")),
                row.getString("name"),
                row.getString("kind").equals("session"),
                Arrays.stream(row.getString("scope").split(" ", -1))
                        .map(VolumesetPattern::new)
                        .toList(),
                Right.parse(row.getString("highest")).orElseThrow(),
                Instant.ofEpochMilli(row.getLong("created")),
                AccountRows.instant(row, "expires"),
                AccountRows.instant(row, "last_used"),
                Optional.ofNullable(row.getString("last_address")),
                AccountRows.instant(row, "revoked"));
    }
}
