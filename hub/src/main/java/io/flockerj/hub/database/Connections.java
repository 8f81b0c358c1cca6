package io.flockerj.hub.database;

import com.zaxxer.hikari.HikariConfig;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/** How connections are made. */
final class Connections {
    /** So many statements run at once. */
    static final int MOST = 12;

    private Connections() {}

    static HikariConfig of(DatabaseLocation location) {
        HikariConfig config = usual(location);
        if (location instanceof DatabaseLocation.SqliteFile) {
            config.addDataSourceProperty("journal_mode", "WAL"); // which the file remembers
        }
        return config;
    }

    /** How connections are made that neither make a database nor change it by being opened. */
    static HikariConfig ofPresent(DatabaseLocation location) {
        HikariConfig config = usual(location);
        if (location instanceof DatabaseLocation.SqliteFile) {
            config.addDataSourceProperty("open_mode", String.valueOf(SQLiteOpenMode.READWRITE.flag));
        }
        return config;
    }

    private static HikariConfig usual(DatabaseLocation location) {
        HikariConfig config = switch (location) {
            case DatabaseLocation.SqliteFile sqlite -> sqlite(sqlite);
            case DatabaseLocation.PostgresServer postgres -> postgres(postgres);
        };
        config.setMaximumPoolSize(MOST);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(Database.PATIENCE.toMillis());
        config.setInitializationFailTimeout(Database.PATIENCE.toMillis());
        return config;
    }

    /**
     * WAL lets readers and the writer not wait for each other; with {@code synchronous=FULL} what was committed is on disk
     * (sqlite.org/pragma.html#pragma_synchronous). A transaction takes the lock of the writer when it begins, so that it never fails
     * because another wrote since it read (sqlite.org/lang_transaction.html#immediate).
     */
    private static HikariConfig sqlite(DatabaseLocation.SqliteFile sqlite) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + sqlite.file().toAbsolutePath());
        config.addDataSourceProperty("synchronous", "FULL");
        config.addDataSourceProperty("foreign_keys", "true");
        config.addDataSourceProperty("busy_timeout", String.valueOf(Database.PATIENCE.toMillis()));
        config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
        return config;
    }

    private static HikariConfig postgres(DatabaseLocation.PostgresServer postgres) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(postgres.jdbcUrl());
        postgres.user().ifPresent(config::setUsername);
        postgres.password().ifPresent(config::setPassword);
        config.addDataSourceProperty("ApplicationName", "flockerhub");
        String seconds = String.valueOf(Database.PATIENCE.toSeconds());
        config.addDataSourceProperty("connectTimeout", seconds);
        // A server that vanished without a word is noticed: nothing here takes a minute.
        config.addDataSourceProperty("socketTimeout", "60");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.setConnectionInitSql("SET lock_timeout = '" + seconds + "s'; SET synchronous_commit = on");
        return config;
    }

    static boolean isSqliteBusy(Throwable e) {
        return e instanceof SQLiteException sqlite
                && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_BUSY
                        || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT);
    }

    /** Whether a statement was ended because it took too long. */
    static boolean isSqliteInterrupted(Throwable e) {
        return e instanceof SQLiteException sqlite && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_INTERRUPT;
    }

    static boolean isSqliteDuplicate(@Nullable Throwable e) {
        return e instanceof SQLiteException sqlite
                && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE
                        || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY);
    }
}
