package io.flockerj.hub.audit;

import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The tables of the audit. There is no way to change or remove a row. */
class AuditRows {
    private final Database database;

    AuditRows(Database database) {
        this.database = database;
    }

    void begin(Chain chain) throws DatabaseException {
        database.change(handle -> handle.createUpdate(
                        "INSERT INTO audit_chains (id, started, host, version) VALUES (:id, :started, :host, :version)")
                .bind("id", chain.id().hex())
                .bind("started", chain.started().toEpochMilli())
                .bind("host", chain.host())
                .bind("version", chain.version())
                .execute());
    }

    void add(List<Entry> entries) throws DatabaseException {
        database.change(handle -> {
            PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO audit (chain_id, number, happened, kind, outcome, account_id, account_name, token_id, address,
                    request_id, volumeset_id, volumeset_name, subject, details, hash)
                VALUES (:chain, :number, :happened, :kind, :outcome, :account, :accountName, :token, :address,
                    :request, :volumeset, :volumesetName, :subject, :details, :hash)\
                """);
            entries.forEach(entry -> bind(batch, entry));
            return batch.execute();
        });
    }

    private static void bind(PreparedBatch batch, Entry entry) {
        batch.bind("chain", entry.chain().hex())
                .bind("number", entry.number())
                .bind("happened", entry.happened().toEpochMilli())
                .bind("kind", entry.kind())
                .bind("outcome", entry.outcome())
                .bind("account", entry.account().orElse(null))
                .bind("accountName", entry.accountName().orElse(null))
                .bind("token", entry.token().orElse(null))
                .bind("address", entry.address().orElse(null))
                .bind("request", entry.request().orElse(null))
                .bind("volumeset", entry.volumeset().orElse(null))
                .bind("volumesetName", entry.volumesetName().orElse(null))
                .bind("subject", entry.subject().orElse(null))
                .bind("details", entry.details())
                .bind("hash", entry.hash())
                .add();
    }

    Optional<Head> last(Chain chain) throws DatabaseException {
        return database.read(handle -> handle.createQuery(
                        "SELECT number, hash FROM audit WHERE chain_id = :chain ORDER BY number DESC LIMIT 1")
                .bind("chain", chain.id().hex())
                .map((row, _) -> new Head(chain, row.getLong("number"), Hash.parse(row.getString("hash")), false))
                .findOne());
    }

    List<Chain> chains() throws DatabaseException {
        return database.read(handle -> handle.createQuery(
                        "SELECT id, started, host, version FROM audit_chains ORDER BY started, id")
                .map((row, _) -> new Chain(
                        Id.parse(row.getString("id")),
                        Instant.ofEpochMilli(row.getLong("started")),
                        row.getString("host"),
                        row.getString("version")))
                .list());
    }

    /** The next rows of a chain behind a number. */
    List<Entry> behind(Id chain, long number, int most) throws DatabaseException {
        return database.read(handle -> handle.createQuery(
                        "SELECT * FROM audit WHERE chain_id = :chain AND number > :number ORDER BY number LIMIT :most")
                .bind("chain", chain.hex())
                .bind("number", number)
                .bind("most", most)
                .map((row, _) -> Entry.read(row))
                .list());
    }
}
