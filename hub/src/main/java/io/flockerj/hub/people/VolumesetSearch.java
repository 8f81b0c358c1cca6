package io.flockerj.hub.people;

import io.flockerj.hub.access.BranchRules;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Holding;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.id.Id;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Finds volumesets of all owners, as far as a caller may know of them. */
public final class VolumesetSearch {
    /** No page has more. */
    public static final int LONGEST_PAGE = 1_000;

    /** So many rows are read at once at least: of few that are wanted, most may be passed over. */
    private static final int LEAST_BATCH = 200;

    private final Database database;
    private final InstantSource clock;

    public VolumesetSearch(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Which ones.
     *
     * @param text in their whole names, capital letters or not
     * @param deleted those that were deleted and can still be restored, instead of those that are there
     */
    public record Wish(Optional<OwnerName> owner, Optional<String> text, boolean deleted) {}

    /**
     * A volumeset as somebody sees it.
     *
     * @param right of the caller
     * @param restorableUntil if it was deleted
     */
    public record Seen(
            VolumesetName name, Id id, Visibility visibility, Right right, Optional<Instant> restorableUntil) {}

    /** A place behind a volumeset; several that were deleted may have had one name. */
    public record Cursor(VolumesetName name, Id id) {
        private static final int PARTS = 3;

        /** For an address. */
        public String written() {
            return name + "/" + id.hex();
        }

        /** Reads {@link #written()}; empty if it is none. */
        public static Optional<Cursor> parse(String text) {
            String[] parts = text.split("/", -1);
            boolean valid = parts.length == PARTS
                    && OwnerName.isName(parts[0])
                    && BackendRemote.isName(parts[1])
                    && Id.isValid(parts[2]);
            return valid
                    ? Optional.of(new Cursor(new VolumesetName(new OwnerName(parts[0]), parts[1]), Id.parse(parts[2])))
                    : Optional.empty();
        }
    }

    /**
     * Some volumesets, by owner and name.
     *
     * @param next where it goes on, behind the last of them; empty if there are no more that the caller may see
     */
    public record Page(List<Seen> volumesets, Optional<Cursor> next) {
        public Page {
            volumesets = List.copyOf(volumesets);
        }
    }

    /**
     * Those that the caller may read; of those that were deleted, the ones that they may restore.
     *
     * @param most how many, from 1 to {@link #LONGEST_PAGE}
     */
    public Page page(Caller caller, Wish wish, Optional<Cursor> behind, int most) throws DatabaseException {
        if (most < 1 || most > LONGEST_PAGE) {
            throw new IllegalArgumentException("a page has 1 to " + LONGEST_PAGE + " volumesets");
        }
        // One more than the page has tells whether there is another: nothing tells of what the caller does not see.
        List<Seen> seen = new ArrayList<>();
        Optional<Cursor> reached = behind;
        do {
            Batch batch = batch(caller, wish, reached, Math.max(most + 1, LEAST_BATCH));
            seen.addAll(batch.seen());
            reached = batch.next();
        } while (seen.size() <= most && reached.isPresent());
        if (seen.size() <= most) {
            return new Page(seen, Optional.empty());
        }
        Seen last = seen.get(most - 1);
        return new Page(seen.subList(0, most), Optional.of(new Cursor(last.name(), last.id())));
    }

    /**
     * Some rows, as far as the caller sees them.
     *
     * @param next behind the last row, seen or not, so never for the caller; empty if there are no more
     */
    private record Batch(List<Seen> seen, Optional<Cursor> next) {}

    private Batch batch(Caller caller, Wish wish, Optional<Cursor> behind, int most) throws DatabaseException {
        return database.read(handle -> {
            List<VolumesetRows.Row> rows = rows(handle, caller, wish, behind, most);
            Map<Id, List<HubAdmission.Given>> rights = new HashMap<>();
            List<Seen> seen = new ArrayList<>();
            for (VolumesetRows.Row row : rows) {
                if (mayBeSeen(caller, row)) {
                    List<HubAdmission.Given> given =
                            rights.computeIfAbsent(row.owner(), owner -> HubAdmission.rights(handle, caller, owner));
                    seen(caller, row, given).ifPresent(seen::add);
                }
            }
            return new Batch(seen, rows.size() < most ? Optional.empty() : Optional.of(behind(rows.getLast())));
        });
    }

    private static Cursor behind(VolumesetRows.Row row) {
        return new Cursor(row.name(), row.id());
    }

    /** Spares asking for rights: a token may pass over the volumesets of very many owners. */
    private static boolean mayBeSeen(Caller caller, VolumesetRows.Row row) {
        boolean isOutside =
                caller.token().filter(scope -> !scope.covers(row.name())).isPresent();
        return !isOutside || (row.visibility() == Visibility.PUBLIC && !row.isDeleted());
    }

    /** What the caller sees of it; of one that was deleted, nothing without the right to restore it. */
    private static Optional<Seen> seen(Caller caller, VolumesetRows.Row row, List<HubAdmission.Given> given) {
        Holding holding = new Holding(
                row.name(),
                row.id(),
                row.visibility(),
                HubAdmission.highest(given, Optional.of(row.id())),
                BranchRules.NONE);
        return holding.right(caller)
                .filter(right -> !row.isDeleted() || right.includes(Right.ADMIN))
                .map(right -> new Seen(row.name(), row.id(), row.visibility(), right, row.restorableUntil()));
    }

    /** All that may be seen are among them; a token's scope is left to {@link Holding}. */
    private List<VolumesetRows.Row> rows(Handle handle, Caller caller, Wish wish, Optional<Cursor> behind, int most) {
        // Of what was deleted, what everybody was shown is theirs no more.
        StringBuilder sql = new StringBuilder("(");
        if (!wish.deleted()) {
            sql.append("v.visibility = 'public' OR (v.visibility = 'internal' AND :signedIn = 1) OR ");
        }
        sql.append("v.owner_id IN (SELECT id FROM mine) OR EXISTS (SELECT 1 FROM grants g WHERE g.owner_id ="
                + " v.owner_id AND (g.volumeset_id IS NULL OR g.volumeset_id = v.id) AND g.grantee_id IN (SELECT id"
                + " FROM mine)))");
        sql.append(wish.deleted() ? " AND v.restorable_until > :now" : " AND v.deleted IS NULL");
        wish.owner().ifPresent(_ -> sql.append(" AND a.name = :owner"));
        wish.text().ifPresent(_ -> sql.append(" AND lower(a.name || '/' || v.name) LIKE lower(:text) ESCAPE '!'"));
        behind.ifPresent(_ -> sql.append(" AND (a.name, v.name, v.id) > (:behindOwner, :behindName, :behindId)"));
        Query query = handle.createQuery(
                        VolumesetRows.MINE + VolumesetRows.SELECT + sql + " ORDER BY a.name, v.name, v.id LIMIT :most")
                .bind(
                        "account",
                        caller.account().map(account -> account.id().hex()).orElse(""))
                .bind("most", most);
        if (wish.deleted()) {
            query.bind("now", clock.millis());
        } else {
            query.bind("signedIn", caller.isSignedIn() ? 1L : 0L);
        }
        wish.owner().ifPresent(owner -> query.bind("owner", owner.value()));
        wish.text().ifPresent(text -> query.bind("text", "%" + text.replaceAll("([!%_])", "!$1") + "%"));
        behind.ifPresent(
                cursor -> query.bind("behindOwner", cursor.name().owner().value())
                        .bind("behindName", cursor.name().name())
                        .bind("behindId", cursor.id().hex()));
        return VolumesetRows.list(query);
    }

    /**
     * A volumeset that was deleted and that the caller may restore.
     *
     * @param id which one; empty for the one that was deleted last
     */
    public Optional<Seen> deleted(Caller caller, VolumesetName name, Optional<Id> id) throws DatabaseException {
        return database.read(handle -> {
            Optional<VolumesetRows.Row> row = deletedRow(handle, name, id);
            return row.flatMap(found -> seen(caller, found, HubAdmission.rights(handle, caller, found.owner())));
        });
    }

    /** The id of the one of a name that was deleted last and can still be restored, whoever asks. */
    public Optional<Id> lastDeleted(VolumesetName name) throws DatabaseException {
        return database.read(
                handle -> deletedRow(handle, name, Optional.empty()).map(VolumesetRows.Row::id));
    }

    private Optional<VolumesetRows.Row> deletedRow(Handle handle, VolumesetName name, Optional<Id> id) {
        return AccountRows.find(handle, name.owner()).stream()
                .flatMap(owner -> VolumesetRows.deleted(handle, owner.id()).stream())
                .filter(row -> row.name().equals(name))
                .filter(row -> id.isEmpty() || id.get().equals(row.id()))
                .filter(row ->
                        row.restorableUntil().filter(clock.instant()::isBefore).isPresent())
                .findFirst();
    }
}
