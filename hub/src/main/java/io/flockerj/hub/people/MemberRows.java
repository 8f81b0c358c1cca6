package io.flockerj.hub.people;

import io.flockerj.hub.access.Right;
import io.flockerj.store.id.Id;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of members, for whoever has it open. */
final class MemberRows {
    private MemberRows() {}

    static void put(Handle handle, Id team, Id account, Right role, long now) {
        handle.createUpdate("""
            INSERT INTO members (team_id, account_id, role, since) VALUES (:team, :account, :role, :now)
            ON CONFLICT (team_id, account_id) DO UPDATE SET role = excluded.role\
            """)
                .bind("team", team.hex())
                .bind("account", account.hex())
                .bind("role", role.written())
                .bind("now", now)
                .execute();
    }

    static boolean remove(Handle handle, Id team, Id account) {
        return handle.execute("DELETE FROM members WHERE team_id = ? AND account_id = ?", team.hex(), account.hex())
                > 0;
    }

    static Optional<Right> role(Handle handle, Id team, Id account) {
        return handle.select("SELECT role FROM members WHERE team_id = ? AND account_id = ?", team.hex(), account.hex())
                .map((row, _) -> Right.parse(row.getString("role")).orElseThrow())
                .findOne();
    }

    static long count(Handle handle, Id team) {
        return handle.select("SELECT count(*) FROM members WHERE team_id = ?", team.hex())
                .mapTo(Long.class)
                .one();
    }

    static long admins(Handle handle, Id team) {
        return handle.select("""
                        SELECT count(*) FROM members m JOIN accounts a ON a.id = m.account_id
                        WHERE m.team_id = ? AND m.role = 'admin' AND a.removed IS NULL\
                        """, team.hex()).mapTo(Long.class).one();
    }

    static List<Member> of(Handle handle, Id team) {
        return handle.select("""
                        SELECT a.name, m.role, m.since FROM members m JOIN accounts a ON a.id = m.account_id
                        WHERE m.team_id = ? AND a.removed IS NULL ORDER BY a.name\
                        """, team.hex())
                .map((row, _) -> new Member(
                        new AccountName(row.getString("name")),
                        Right.parse(row.getString("role")).orElseThrow(),
                        Instant.ofEpochMilli(row.getLong("since"))))
                .list();
    }

    static List<Membership> teams(Handle handle, Id account, int most) {
        return handle.select("""
                        SELECT t.name, m.role FROM members m JOIN accounts t ON t.id = m.team_id
                        WHERE m.account_id = ? AND t.removed IS NULL ORDER BY t.name LIMIT ?\
                        """, account.hex(), most)
                .map((row, _) -> new Membership(
                        new AccountName(row.getString("name")),
                        Right.parse(row.getString("role")).orElseThrow()))
                .list();
    }

    /** Nobody goes who is the only admin of a team. */
    static void refuseIfLastAdmin(Handle handle, Account account) throws ConflictException {
        List<String> teams =
                handle.select("""
                        SELECT t.name FROM members m JOIN accounts t ON t.id = m.team_id
                        WHERE m.account_id = ? AND m.role = 'admin' AND t.removed IS NULL AND NOT EXISTS (
                            SELECT 1 FROM members o JOIN accounts a ON a.id = o.account_id
                            WHERE o.team_id = m.team_id AND o.account_id <> m.account_id AND o.role = 'admin' AND a.removed IS NULL)
                        ORDER BY t.name\
                        """, account.id().hex()).mapTo(String.class).list();
        if (!teams.isEmpty()) {
            throw new ConflictException(account.name() + " is the only admin of the team '" + teams.getFirst()
                    + "': give another member the role of an admin first");
        }
    }
}
