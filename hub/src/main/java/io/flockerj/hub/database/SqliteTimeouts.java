package io.flockerj.hub.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementCustomizer;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;

/**
 * Ends statements of SQLite that take longer than their timeout: its driver takes that for how long a lock is waited for. SQLite asks now and
 * then, in the thread that the statement runs in (sqlite.org/c3ref/progress_handler.html): so none is ended that came after it, as
 * {@code sqlite3_interrupt} could do. On a connection one statement is open at a time, or the last that was begun
 * is the one that is looked at.
 */
final class SqliteTimeouts implements StatementCustomizer {
    /** Steps of its machine between two looks at the time: about a millisecond of them. */
    private static final int STEPS = 20_000;

    @Override
    public void beforeExecution(PreparedStatement statement, StatementContext context) throws SQLException {
        Connection connection = statement.getConnection().unwrap(SQLiteConnection.class);
        long begun = System.nanoTime();
        ProgressHandler.setHandler(connection, STEPS, new ProgressHandler() {
            @Override
            protected int progress() throws SQLException {
                // Not asked before: what sets it may come after this.
                int seconds = statement.getQueryTimeout();
                return seconds > 0
                                && System.nanoTime() - begun
                                        > Duration.ofSeconds(seconds).toNanos()
                        ? 1
                        : 0;
            }
        });
        // Rows are made while they are read, until the statement is closed.
        context.addCleanable(() -> ProgressHandler.clearHandler(connection));
    }
}
