package io.flockerj.hub.people;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Visibility;
import io.flockerj.store.id.Id;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of accounts, for whoever has it open. Removed accounts are not seen; their names stay taken. */
final class AccountRows {
    private static final String SELECT = "SELECT * FROM accounts WHERE removed IS NULL AND ";

    private AccountRows() {}

    static Optional<Account> find(Handle handle, AccountName name) {
        return handle.createQuery(SELECT + "name = :name")
                .bind("name", name.value())
                .map((row, _) -> read(row))
                .findOne();
    }

    static Optional<Account> find(Handle handle, Id id) {
        return handle.createQuery(SELECT + "id = :id")
                .bind("id", id.hex())
                .map((row, _) -> read(row))
                .findOne();
    }

    /** A user or a team that is called so. */
    static Optional<Account> find(Handle handle, OwnerName owner) {
        return AccountName.isName(owner.value())
                ? find(handle, new AccountName(owner.value())).filter(account -> account.kind() != Account.Kind.SERVICE)
                : Optional.empty();
    }

    static Account require(Handle handle, AccountName name) throws UnknownException {
        return find(handle, name).orElseThrow(() -> new UnknownException("account", name.value()));
    }

    static Account require(Handle handle, AccountName name, Account.Kind kind) throws UnknownException {
        return find(handle, name)
                .filter(account -> account.kind() == kind)
                .orElseThrow(() -> new UnknownException(kind.written(), name.value()));
    }

    static List<Account> behind(Handle handle, String name, int most) {
        return handle.createQuery(SELECT + "name > :name ORDER BY name LIMIT :most")
                .bind("name", name)
                .bind("most", most)
                .map((row, _) -> read(row))
                .list();
    }

    static List<Account> behind(Handle handle, Account.Kind kind, String name, int most) {
        return handle.createQuery(SELECT + "kind = :kind AND name > :name ORDER BY name LIMIT :most")
                .bind("kind", kind.written())
                .bind("name", name)
                .bind("most", most)
                .map((row, _) -> read(row))
                .list();
    }

    static List<Account> teamsOf(Handle handle, Id member, String name, int most) {
        return handle.createQuery(SELECT
                        + "kind = 'team' AND id IN (SELECT team_id FROM members WHERE account_id = :member) AND name >"
                        + " :name ORDER BY name LIMIT :most")
                .bind("member", member.hex())
                .bind("name", name)
                .bind("most", most)
                .map((row, _) -> read(row))
                .list();
    }

    /** The service accounts for which somebody answers, by themself or as an admin of a team. */
    static List<Account> answeredBy(Handle handle, Id account, String name, int most) {
        return handle.createQuery(SELECT
                        + "kind = 'service' AND (owner_id = :account OR owner_id IN (SELECT team_id FROM members WHERE"
                        + " account_id = :account AND role = 'admin')) AND name > :name ORDER BY name LIMIT :most")
                .bind("account", account.hex())
                .bind("name", name)
                .bind("most", most)
                .map((row, _) -> read(row))
                .list();
    }

    /** Whose name this is, or was. */
    static Optional<Id> idEver(Handle handle, AccountName name) {
        return handle.select("SELECT id FROM accounts WHERE name = ?", name.value())
                .map((row, _) -> Id.parse(row.getString("id")))
                .findOne();
    }

    static void update(Handle handle, Account account) {
        handle.createUpdate("""
            UPDATE accounts SET display_name = :display, administrator = :administrator, usual_visibility = :visibility,
                disabled = :disabled WHERE id = :id\
            """)
                .bind("id", account.id().hex())
                .bind("display", account.displayName())
                .bind("administrator", account.isAdministrator() ? 1L : 0L)
                .bind("visibility", account.usualVisibility().written())
                .bind("disabled", account.disabled().map(Instant::toEpochMilli).orElse(null))
                .execute();
    }

    /** Whether a name is or was an account's. */
    static boolean isTaken(Handle handle, AccountName name) {
        return handle.createQuery("SELECT count(*) FROM accounts WHERE name = :name")
                        .bind("name", name.value())
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    static void add(Handle handle, Account account) {
        handle.createUpdate("""
            INSERT INTO accounts (id, name, kind, display_name, administrator, owner_id, usual_visibility, created)
            VALUES (:id, :name, :kind, :display, :administrator, :owner, :visibility, :created)\
            """)
                .bind("id", account.id().hex())
                .bind("name", account.name().value())
                .bind("kind", account.kind().written())
                .bind("display", account.displayName())
                .bind("administrator", account.isAdministrator() ? 1L : 0L)
                .bind("owner", account.answerable().map(Id::hex).orElse(null))
                .bind("visibility", account.usualVisibility().written())
                .bind("created", account.created().toEpochMilli())
                .execute();
    }

    private static Account read(ResultSet row) throws SQLException {
        return new Account(
                Id.parse(row.getString("id")),
                new AccountName(row.getString("name")),
                Account.Kind.parse(row.getString("kind")).orElseThrow(),
                row.getString("display_name"),
                row.getLong("administrator") == 1,
                Optional.ofNullable(row.getString("owner_id")).map(Id::parse),
                Visibility.parse(row.getString("usual_visibility")).orElseThrow(),
                Instant.ofEpochMilli(row.getLong("created")),
                instant(row, "disabled"));
    }

    static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
