package io.flockerj.hub.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A new database for each test. */
public abstract sealed class OnDatabase implements BeforeEachCallback, AfterEachCallback {
    private @Nullable DatabaseLocation location;
    private @Nullable Database database;

    abstract DatabaseLocation make(ExtensionContext context) throws IOException;

    abstract void clear() throws IOException;

    /** Where another may be made, which is empty. */
    abstract DatabaseLocation another();

    /** Where it is. */
    public DatabaseLocation location() {
        if (location == null) {
            throw new IllegalStateException("there is a database during a test only");
        }
        return location;
    }

    /** The open database. */
    public Database database() {
        if (database == null) {
            throw new IllegalStateException("there is a database during a test only");
        }
        return database;
    }

    /** Changes a row behind the hub's back. */
    public void tamper(String sql, Object... arguments) throws IOException {
        database().change(handle -> handle.execute(sql, arguments));
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        location = make(context);
        database = Database.open(location);
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        database().close();
        clear();
    }

    /** SQLite in a directory of its own. */
    public static final class Sqlite extends OnDatabase {
        private Path directory = Path.of("");

        @Override
        DatabaseLocation make(ExtensionContext context) throws IOException {
            directory = Files.createTempDirectory("hub-sqlite-");
            return new DatabaseLocation.SqliteFile(directory.resolve("hub.db"));
        }

        @Override
        DatabaseLocation another() {
            return new DatabaseLocation.SqliteFile(directory.resolve("another.db"));
        }

        @Override
        void clear() throws IOException {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** PostgreSQL. */
    public static final class Postgres extends OnDatabase {
        private @Nullable PostgresServer server;

        @Override
        DatabaseLocation make(ExtensionContext context) {
            server = PostgresServer.shared(context);
            return another();
        }

        @Override
        DatabaseLocation another() {
            return Objects.requireNonNull(server).newDatabase();
        }

        @Override
        void clear() {
            // Goes with the server.
        }
    }
}
