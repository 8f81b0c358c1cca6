package io.flockerj.hub.database;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;

/** Databases of other programs than this one. */
public final class OtherVersions {
    private OtherVersions() {}

    /** Makes one as the first program did. */
    public static void makeOld(DatabaseLocation location) {
        try (HikariDataSource source = new HikariDataSource(Connections.of(location))) {
            Migrations.configuration(source, location).target("1").load().migrate();
        }
    }

    /** Changes one as a later program might do. */
    public static void makeNew(DatabaseLocation location) throws IOException {
        try (Database database = Database.open(location)) {
            database.change(handle -> handle.execute("""
                INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,
                    installed_by, installed_on, execution_time, success)
                SELECT 99, '77', 'from the future', type, 'V77__from_the_future.sql', 1, installed_by, installed_on, 1,
                    success
                FROM flyway_schema_history WHERE version = '1'\
                """));
        }
    }

    /** Which version it has, whoever made it. */
    public static String of(DatabaseLocation location) {
        try (HikariDataSource source = new HikariDataSource(Connections.of(location))) {
            return Migrations.version(source, location);
        }
    }
}
