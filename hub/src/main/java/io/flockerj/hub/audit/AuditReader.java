package io.flockerj.hub.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.statement.Query;

/** Shows the record, page by page. */
public final class AuditReader {
    /** No page has more acts. */
    public static final int LONGEST_PAGE = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Database database;
    private final AuditRows rows;

    public AuditReader(Database database) {
        this.database = database;
        this.rows = new AuditRows(database);
    }

    /**
     * A place between two acts.
     *
     * @param happened when the act before it happened
     */
    public record Cursor(Instant happened, Id chain, long number) {
        private static final Pattern WRITTEN = Pattern.compile("(\\d{1,15})-([0-9a-f]{32})-(\\d{1,18})");

        static Cursor behind(Entry entry) {
            return new Cursor(entry.happened(), entry.chain(), entry.number());
        }

        /** For an address. */
        public String written() {
            return happened.toEpochMilli() + "-" + chain.hex() + "-" + number;
        }

        /** Reads {@link #written()}; empty if it is none. */
        public static Optional<Cursor> parse(String text) {
            Matcher matcher = WRITTEN.matcher(text);
            return matcher.matches()
                    ? Optional.of(new Cursor(
                            Instant.ofEpochMilli(Long.parseLong(matcher.group(1))),
                            Id.parse(matcher.group(2)),
                            Long.parseLong(matcher.group(3))))
                    : Optional.empty();
        }
    }

    /**
     * Some acts.
     *
     * @param next where it goes on; empty if there are no more
     */
    public record Page(List<Entry> entries, Optional<Cursor> next) {}

    /**
     * Acts, the newest first.
     *
     * @param behind where the page before ended
     * @param most how many, from 1 to {@link #LONGEST_PAGE}
     */
    public Page newestFirst(AuditQuery query, Optional<Cursor> behind, int most) throws DatabaseException {
        return page(query, behind, most, "<", "DESC");
    }

    private Page page(AuditQuery query, Optional<Cursor> behind, int most, String further, String direction)
            throws DatabaseException {
        if (most < 1 || most > LONGEST_PAGE) {
            throw new IllegalArgumentException("a page has 1 to " + LONGEST_PAGE + " acts");
        }
        String sql = "SELECT * FROM audit " + conditions(query, behind, further)
                + " ORDER BY happened %1$s, chain_id %1$s, number %1$s LIMIT :most".formatted(direction);
        List<Entry> found = database.read(handle -> bound(handle.createQuery(sql), query, behind)
                .bind("most", most + 1)
                .map((row, _) -> Entry.read(row))
                .list());
        boolean more = found.size() > most;
        List<Entry> entries = more ? found.subList(0, most) : found;
        return new Page(List.copyOf(entries), more ? Optional.of(Cursor.behind(entries.getLast())) : Optional.empty());
    }

    private static String conditions(AuditQuery query, Optional<Cursor> behind, String further) {
        List<String> all = new ArrayList<>();
        query.volumeset().ifPresent(_ -> all.add("volumeset_id = :volumeset"));
        // An owner's name has nothing in it that LIKE takes for something else.
        query.owner().ifPresent(_ -> all.add("volumeset_name LIKE :owner"));
        query.account().ifPresent(_ -> all.add("account_id = :account"));
        if (!query.kinds().isEmpty()) {
            all.add("kind IN (<kinds>)");
        }
        query.from().ifPresent(_ -> all.add("happened >= :from"));
        query.until().ifPresent(_ -> all.add("happened < :until"));
        behind.ifPresent(_ -> all.add("(happened, chain_id, number) " + further + " (:behind, :chain, :number)"));
        return all.isEmpty() ? "" : "WHERE " + String.join(" AND ", all);
    }

    private static Query bound(Query sql, AuditQuery query, Optional<Cursor> behind) {
        query.volumeset().ifPresent(id -> sql.bind("volumeset", id.hex()));
        query.owner().ifPresent(owner -> sql.bind("owner", owner.value() + "/%"));
        query.account().ifPresent(id -> sql.bind("account", id.hex()));
        if (!query.kinds().isEmpty()) {
            sql.bindList(
                    "kinds",
                    query.kinds().stream().map(ActKind::written).sorted().toList());
        }
        query.from().ifPresent(from -> sql.bind("from", from.toEpochMilli()));
        query.until().ifPresent(until -> sql.bind("until", until.toEpochMilli()));
        behind.ifPresent(cursor -> sql.bind("behind", cursor.happened().toEpochMilli())
                .bind("chain", cursor.chain().hex())
                .bind("number", cursor.number()));
        return sql;
    }

    /**
     * Writes acts as JSON lines, the oldest first, behind one line for each chain: what it takes to verify them elsewhere.
     *
     * @return how many acts
     */
    public long export(AuditQuery query, Writer writer) throws IOException {
        for (Chain chain : rows.chains()) {
            writer.write(line(JSON.createObjectNode()
                    .put("chain", chain.id().hex())
                    .put("started", chain.started().toString())
                    .put("host", chain.host())
                    .put("version", chain.version())));
        }
        long written = 0;
        Optional<Cursor> behind = Optional.empty();
        do {
            Page page = page(query, behind, LONGEST_PAGE, ">", "ASC");
            for (Entry entry : page.entries()) {
                writer.write(line(entry.toJson()));
            }
            written += page.entries().size();
            behind = page.next();
        } while (behind.isPresent());
        writer.flush();
        return written;
    }

    private static String line(ObjectNode json) throws IOException {
        return JSON.writeValueAsString(json) + "\n";
    }
}
