package io.flockerj.hub.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteTest extends DatabaseContract {
    SqliteTest() {
        super(new OnDatabase.Sqlite());
    }

    private String pragma(String name) throws DatabaseException {
        return on.database()
                .read(handle ->
                        handle.select("PRAGMA " + name).mapTo(String.class).one());
    }

    @Test
    void whatIsCommittedIsOnDisk() throws IOException {
        assertThat(pragma("journal_mode")).isEqualTo("wal");
        assertThat(pragma("synchronous")).isEqualTo("2"); // FULL
        assertThat(pragma("foreign_keys")).isEqualTo("1");
        assertThat(pragma("busy_timeout")).isEqualTo("10000");
    }

    @Test
    void nobodyElseReadsIt() throws IOException {
        on.tamper("INSERT INTO audit_chains (id, started, host, version) VALUES ('a', 1, 'host', 'version')");
        Path file = ((DatabaseLocation.SqliteFile) on.location()).file();
        for (Path each : List.of(file, file.resolveSibling(file.getFileName() + "-wal"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aCopyIsAWholeDatabaseAndNeverReplacesAFile(@TempDir Path directory) throws IOException {
        on.tamper("INSERT INTO audit_chains (id, started, host, version) VALUES ('a', 1, 'host', 'version')");
        Path copy = directory.resolve("copy.db");
        on.database().copyTo(copy);
        try (Database opened = Database.open(new DatabaseLocation.SqliteFile(copy))) {
            assertThat(opened.problems()).isEmpty();
            long rows = opened.read(handle -> handle.select("SELECT count(*) FROM audit_chains")
                    .mapTo(Long.class)
                    .one());
            assertThat(rows).isOne();
        }
        assertThatThrownBy(() -> on.database().copyTo(copy)).isInstanceOf(DatabaseException.class);
    }

    @Test
    void aFileThatIsNoDatabaseIsRefusedAndLeftAsItIs(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(
                directory.resolve("hub.db"), "somebody's letters, for longer than a header is\n".repeat(99));
        assertThatThrownBy(() -> Database.open(new DatabaseLocation.SqliteFile(file)))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("hub.db");
        assertThat(file).content().startsWith("somebody's letters");
    }
}
