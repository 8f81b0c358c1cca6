package io.flockerj.hub.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.flockerj.store.backend.UnavailableException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * An open database. All changes are serializable: each is as if it were alone, and when it returns it survives a loss of power. Safe for
 * many threads, and for many hubs if it is PostgreSQL. Nobody waits longer than {@link #PATIENCE} for a connection, and as long again for
 * a lock.
 */
public final class Database implements AutoCloseable {
    /** How long anybody waits for a free connection. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How often a change is tried that others got in the way of. */
    private static final int TRIES = 20;

    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK = "40P01";
    private static final String QUERY_CANCELED = "57014";
    private static final String UNIQUE_VIOLATION = "23505";

    private final DatabaseLocation location;
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    /** SQLite has one writer at a time, and lets those who wait for it starve. */
    private final Semaphore writers;

    private Database(DatabaseLocation location, HikariDataSource pool) {
        this.location = location;
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        if (isSqlite()) {
            jdbi.getConfig(SqlStatements.class).addCustomizer(new SqliteTimeouts());
        }
        this.writers = new Semaphore(isSqlite() ? 1 : Connections.MOST, true);
    }

    /**
     * Opens a database, which is made if there is none, and brings it to this program's version.
     *
     * @throws NewerDatabaseException if it is of a newer program, and then it is left as it is
     */
    public static Database open(DatabaseLocation location) throws DatabaseException {
        makeFile(location);
        return open(location, Connections.of(location), Migrations::apply);
    }

    /**
     * Opens a database that is there and has this program's version.
     *
     * @throws OlderDatabaseException if it is of an older program, or empty
     * @throws NewerDatabaseException if it is of a newer program
     * @throws DatabaseException in any case, and then it is left as it is
     */
    public static Database openPresent(DatabaseLocation location) throws DatabaseException {
        if (location instanceof DatabaseLocation.SqliteFile(Path file) && !Files.exists(file)) {
            throw new DatabaseException("there is no database " + file);
        }
        return open(location, Connections.ofPresent(location), Migrations::require);
    }

    /**
     * As {@link #openPresent}, for one of an older program, to look whether it is whole: what is in its tables is not known here.
     *
     * @throws OlderDatabaseException if it is empty
     */
    public static Database openOlder(DatabaseLocation location) throws DatabaseException {
        return open(location, Connections.ofPresent(location), Migrations::requireKnown);
    }

    /** What is done about the version of a database. */
    private interface Versions {
        void look(DataSource source, DatabaseLocation location) throws DatabaseException;
    }

    private static Database open(DatabaseLocation location, HikariConfig config, Versions versions)
            throws DatabaseException {
        HikariDataSource pool = null;
        try {
            pool = new HikariDataSource(config);
            versions.look(pool, location);
            return new Database(location, pool);
        } catch (PoolInitializationException | FlywayException e) {
            close(pool);
            throw new DatabaseException("cannot open the database " + location.place() + ": " + reason(e), e);
        } catch (DatabaseException | RuntimeException e) {
            close(pool);
            throw e;
        }
    }

    /** For nobody else to read: it holds hashes of passwords. SQLite gives what it makes beside it the same mode. */
    private static void makeFile(DatabaseLocation location) throws DatabaseException {
        if (!(location instanceof DatabaseLocation.SqliteFile(Path file)) || Files.exists(file)) {
            return;
        }
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException _) {
            // Another was faster.
        } catch (IOException e) {
            throw new DatabaseException("cannot make the database " + file + ": " + e, e);
        }
    }

    private static void close(@Nullable HikariDataSource pool) {
        if (pool != null) {
            pool.close();
        }
    }

    /** Reads. Two statements of one work may see different states. */
    public <T extends @Nullable Object, X extends Exception> T read(Work<T, X> work) throws X, DatabaseException {
        try (Handle handle = jdbi.open()) {
            return work.on(handle);
        } catch (JdbiException e) {
            throw failed(e);
        }
    }

    /** Changes, all or nothing. */
    public <T extends @Nullable Object, X extends Exception> T change(Work<T, X> work) throws X, DatabaseException {
        enter();
        try {
            return undisturbed(work);
        } finally {
            writers.release();
        }
    }

    private void enter() throws DatabaseException {
        try {
            if (!writers.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new DatabaseException(
                        "the database " + location.place() + " is too busy: others have been writing for "
                                + PATIENCE.toSeconds() + " s; try again",
                        new UnavailableException("the database is busy", false, null));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseException("interrupted while waiting for the database", e);
        }
    }

    private <T extends @Nullable Object, X extends Exception> T undisturbed(Work<T, X> work)
            throws X, DatabaseException {
        for (int tried = 1; ; tried++) {
            try (Handle handle = jdbi.open()) {
                return handle.inTransaction(TransactionIsolationLevel.SERIALIZABLE, work::on);
            } catch (JdbiException e) {
                if (tried == TRIES || !wasDisturbed(e)) {
                    throw failed(e);
                }
            }
        }
    }

    private static boolean wasDisturbed(JdbiException e) {
        String state = sqlState(e);
        return state.equals(SERIALIZATION_FAILURE) || state.equals(DEADLOCK);
    }

    /** Whether a statement failed because there is such a row already. */
    public static boolean isDuplicate(UnableToExecuteStatementException e) {
        return sqlState(e).equals(UNIQUE_VIOLATION) || Connections.isSqliteDuplicate(e.getCause());
    }

    private static String sqlState(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    private DatabaseException failed(JdbiException e) {
        return new DatabaseException("the database " + location.place() + " failed: " + reason(e), busy(e));
    }

    /** Who asks tells by the cause whether another try may help. */
    private static Throwable busy(JdbiException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientException || Connections.isSqliteBusy(cause)) {
                return new UnavailableException("the database is busy", true, e);
            }
            if (tookTooLong(cause)) {
                return new UnavailableException("a question to the database took too long", false, e);
            }
        }
        return e;
    }

    private static boolean tookTooLong(Throwable e) {
        return Connections.isSqliteInterrupted(e)
                || (e instanceof SQLException sql && QUERY_CANCELED.equals(sql.getSQLState()));
    }

    private static String reason(Throwable e) {
        Throwable cause = e;
        // A cause that is itself is told as none.
        for (Throwable next = e.getCause(); next != null; next = next.getCause()) {
            cause = next;
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    /**
     * How its connections are used.
     *
     * @param active by which somebody works
     * @param idle open, and free
     * @param waiting how many wait for one
     */
    public record Use(int active, int idle, int waiting) {}

    /** How its connections are used at this moment. */
    public Use use() {
        HikariPoolMXBean now = pool.getHikariPoolMXBean();
        return new Use(now.getActiveConnections(), now.getIdleConnections(), now.getThreadsAwaitingConnection());
    }

    /** The version of its tables. */
    public String version() {
        return Migrations.version(pool, location);
    }

    /** Whether it is a file that {@link #copyTo} can copy. */
    public boolean isSqlite() {
        return location instanceof DatabaseLocation.SqliteFile;
    }

    /** What its own check finds wrong with it; PostgreSQL has none that a client may run. */
    public List<String> problems() throws DatabaseException {
        if (!isSqlite()) {
            return List.of();
        }
        return read(handle -> handle.createQuery("PRAGMA integrity_check")
                .mapTo(String.class)
                .filter(line -> !line.equals("ok"))
                .list());
    }

    /** Writes a copy, as of one moment, to a file that is not there yet. Others go on meanwhile. */
    public void copyTo(Path file) throws DatabaseException {
        if (!isSqlite()) {
            throw new DatabaseException("a database of PostgreSQL is copied by pg_dump");
        }
        read(handle -> handle.execute("VACUUM INTO ?", file.toString()));
    }

    @Override
    public void close() {
        pool.close();
    }
}
