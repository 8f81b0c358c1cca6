package io.flockerj.integration.bench;

import io.flockerj.hub.Pushed;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.catalogue.Catalogue;
import io.flockerj.hub.catalogue.Stored;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.guard.ReadGate;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ten thousand volumesets of a hundred teams, with a million snapshots in the rows of the catalogue: a hundred thousand in the first, ten
 * thousand in the second, about ninety in each of the others. Those that are asked about are in the storage as well, with a pushed snapshot
 * of each branch, and lead on to snapshots that only the rows know: for whoever compares them with the storage looks at refs.
 */
final class ManySnapshots {
    static final int VOLUMESETS = 10_000;
    static final int SNAPSHOTS = 1_000_000;
    static final int OF_FIRST = 100_000;
    static final int OF_SECOND = 10_000;
    static final int BRANCHES = 100;
    /** So many are in the storage too. */
    static final int ASKED = 100;

    static final int TEAMS = 100;
    /** Of the hundred, those that {@code alice} is in. */
    private static final int HERS = 10;

    private static final int AUTHORS = 50;
    /** Every so many is of somebody who hardly ever makes one, and every so many is a release. */
    static final int SELDOM = 1000;

    private static final int OF_OTHERS = (SNAPSHOTS - OF_FIRST - OF_SECOND) / (VOLUMESETS - 2);
    private static final long FIRST = 1_700_000_000_000_000_000L;
    private static final long MINUTE = 60_000_000_000L;
    private static final int AT_ONCE = 100;

    private static final String VOLUMESET =
            "INSERT INTO volumesets (owner_id, id, name, visibility, created) VALUES (?, ?, ?, ?, 0)";
    private static final String SNAPSHOT =
            "INSERT INTO catalogue_snapshots (owner, volumeset_id, snapshot_id, parent_id,"
                    + " taken, state, whole, commit_hash, author, message, labels, branch_name, volume_name, atomic, entries, bytes)"
                    + " VALUES (?, ?, ?, ?, ?, 1, 1, ?, ?, ?, ?, 'main', 'db', 1, 1000, 1000000)";
    private static final String FACET =
            "INSERT INTO catalogue_facets (owner, volumeset_id, facet, taken, snapshot_id) VALUES (?, ?, ?, ?, ?)";

    private final Database database;
    private final DirectoryBackend storage;
    private final Supplier<Id> ids;
    private final Random random = new Random(5);

    ManySnapshots(Database database, DirectoryBackend storage, Supplier<Id> ids) {
        this.database = database;
        this.storage = storage;
        this.ids = ids;
    }

    static String team(int volumeset) {
        return "team-" + volumeset % TEAMS;
    }

    /** As it stands in addresses. */
    static String name(int volumeset) {
        return team(volumeset) + "/v" + volumeset;
    }

    static String author(int snapshot) {
        return snapshot % SELDOM == SELDOM / 2 ? "seldom" : "author " + snapshot % AUTHORS;
    }

    void make() throws IOException, SQLException {
        List<Id> teams = database.change(handle -> teams(handle.getConnection()));
        for (int first = 0; first < VOLUMESETS; first += AT_ONCE) {
            int from = first;
            List<Id> made = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                made.add(ids.get());
            }
            database.change(handle -> {
                volumesets(handle.getConnection(), teams, from, made);
                return from;
            });
            for (int i = 0; i < AT_ONCE; i++) {
                int number = first + i;
                Stored stored = new Stored(new OwnerName(team(number)), made.get(i));
                List<Id> pushed = number < ASKED ? push(stored, number) : List.of();
                Id head = database.change(handle -> snapshots(handle.getConnection(), stored, count(number)));
                for (Id snapshot : pushed) {
                    database.change(handle -> handle.execute(
                            "UPDATE catalogue_snapshots SET parent_id = ? WHERE owner = ? AND volumeset_id = ? AND"
                                    + " snapshot_id = ?",
                            head.hex(),
                            stored.owner().value(),
                            stored.volumeset().hex(),
                            snapshot.hex()));
                }
            }
        }
        database.change(handle -> handle.execute("ANALYZE"));
    }

    private static int count(int volumeset) {
        return switch (volumeset) {
            case 0 -> OF_FIRST;
            case 1 -> OF_SECOND;
            default -> OF_OTHERS;
        };
    }

    private List<Id> teams(Connection connection) throws SQLException {
        List<Id> teams = new ArrayList<>();
        for (int i = 0; i < TEAMS; i++) {
            Id id = ids.get();
            teams.add(id);
            one(
                    connection,
                    "INSERT INTO accounts (id, name, kind, display_name, administrator, usual_visibility, created)"
                            + " VALUES (?, ?, 'team', '', 0, 'private', 0)",
                    id.hex(),
                    "team-" + i);
            if (i < HERS) {
                one(
                        connection,
                        "INSERT INTO members (team_id, account_id, role, since)"
                                + " SELECT ?, id, 'admin', 0 FROM accounts WHERE name = 'alice'",
                        id.hex());
            }
        }
        return teams;
    }

    private static void one(Connection connection, String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, values);
            statement.executeUpdate();
        }
    }

    private static void set(PreparedStatement statement, @Nullable String... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setString(i + 1, values[i]);
        }
    }

    /** Of those that are not asked about most are not to be seen by everybody. */
    private static void volumesets(Connection connection, List<Id> teams, int first, List<Id> ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(VOLUMESET)) {
            for (int i = 0; i < ids.size(); i++) {
                int number = first + i;
                String visibility =
                        number < ASKED || number % 10 == 3 ? "internal" : number % 10 == 7 ? "public" : "private";
                set(statement, teams.get(number % TEAMS).hex(), ids.get(i).hex(), "v" + number, visibility);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Pushes a snapshot on each branch, and lets the catalogue follow. */
    private List<Id> push(Stored stored, int number) throws IOException {
        Backend remote = ReadGate.remote(storage, stored.owner());
        BackendRemote.create(remote, ids).create(stored.volumeset());
        Pushed pushed = new Pushed(stored.volumeset(), ids);
        Catalogue catalogue = new Catalogue(database, InstantSource.system());
        List<Id> snapshots = new ArrayList<>();
        for (int branch = 0; branch < (number == 0 ? BRANCHES : 1); branch++) {
            String name = branch == 0 ? "main" : "branch-" + branch;
            snapshots.add(pushed.push(remote, name, random).orElseThrow().id());
            catalogue.moved(remote, stored, "branches/" + name);
        }
        return snapshots;
    }

    /** A line of snapshots; answers the last. */
    private Id snapshots(Connection connection, Stored stored, int count) throws SQLException {
        String owner = stored.owner().value();
        String volumeset = stored.volumeset().hex();
        Id parent = null;
        try (PreparedStatement rows = connection.prepareStatement(SNAPSHOT);
                PreparedStatement facets = connection.prepareStatement(FACET)) {
            for (int i = 0; i < count; i++) {
                Id id = ids.get();
                String label = i % SELDOM == 0 ? "release" : "build";
                String value = Integer.toString(i % SELDOM);
                set(rows, owner, volumeset, id.hex(), parent == null ? null : parent.hex());
                rows.setLong(5, FIRST + i * MINUTE);
                rows.setString(6, hash(id.hex()));
                rows.setString(7, author(i));
                rows.setString(8, "what was done before snapshot " + i);
                rows.setString(9, "{\"" + label + "\":\"" + value + "\"}");
                rows.addBatch();
                for (String facet : facets(author(i), label, value)) {
                    set(facets, owner, volumeset, facet);
                    facets.setLong(4, FIRST + i * MINUTE);
                    facets.setString(5, id.hex());
                    facets.addBatch();
                }
                parent = id;
                if (i % SELDOM == SELDOM - 1 || i == count - 1) {
                    rows.executeBatch();
                    facets.executeBatch();
                }
            }
        }
        return parent == null ? new Id(0, 0) : parent;
    }

    /** As the catalogue writes them: {@code Facets}. */
    private static List<String> facets(String author, String label, String value) {
        return List.of(
                "author " + shortHash(author),
                "key " + shortHash(label),
                "label " + shortHash(label.length() + " " + label + value));
    }

    private static String shortHash(String text) {
        return hash(text).substring(0, 32);
    }

    private static String hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }
}
