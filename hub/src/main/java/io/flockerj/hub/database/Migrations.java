package io.flockerj.hub.database;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a database to the version of this program, never back. */
final class Migrations {
    /** The version of a database without tables. */
    static final String NONE = "0";

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private Migrations() {}

    static void apply(DataSource source, DatabaseLocation location) throws NewerDatabaseException {
        Flyway flyway = flyway(source, location);
        refuseNewer(flyway, location);
        MigrateResult result = flyway.migrate();
        if (result.migrationsExecuted > 0 && result.initialSchemaVersion != null) {
            LOG.atInfo()
                    .addKeyValue("database", location.place())
                    .addKeyValue("from", result.initialSchemaVersion)
                    .addKeyValue("to", result.targetSchemaVersion)
                    .log("The database was brought to the version of this program");
        }
    }

    /** Changes nothing. */
    static void require(DataSource source, DatabaseLocation location) throws DatabaseException {
        Flyway flyway = flyway(source, location);
        refuseNewer(flyway, location);
        if (flyway.info().pending().length > 0) {
            throw new OlderDatabaseException(location.place(), version(flyway), newest(flyway, false));
        }
        flyway.validate();
    }

    /** As the other, but of any program that this one knows. */
    static void requireKnown(DataSource source, DatabaseLocation location) throws DatabaseException {
        Flyway flyway = configuration(source, location)
                .ignoreMigrationPatterns("*:pending")
                .load();
        refuseNewer(flyway, location);
        if (version(flyway).equals(NONE)) {
            throw new OlderDatabaseException(location.place(), NONE, newest(flyway, false));
        }
        flyway.validate();
    }

    static String version(DataSource source, DatabaseLocation location) {
        return version(flyway(source, location));
    }

    private static String version(Flyway flyway) {
        return Optional.ofNullable(flyway.info().current())
                .map(MigrationInfo::getVersion)
                .map(MigrationVersion::getVersion)
                .orElse(NONE);
    }

    /** Flyway itself would go on with what it does not know. */
    private static void refuseNewer(Flyway flyway, DatabaseLocation location) throws NewerDatabaseException {
        String found = newest(flyway, true);
        if (!found.isEmpty()) {
            throw new NewerDatabaseException(location.place(), found, newest(flyway, false));
        }
    }

    private static String newest(Flyway flyway, boolean unknown) {
        return Arrays.stream(flyway.info().all())
                .filter(migration -> unknown == isUnknown(migration.getState()))
                .map(migration -> migration.getVersion().getVersion())
                .reduce("", (_, later) -> later);
    }

    private static boolean isUnknown(MigrationState state) {
        return state == MigrationState.FUTURE_SUCCESS || state == MigrationState.FUTURE_FAILED;
    }

    private static Flyway flyway(DataSource source, DatabaseLocation location) {
        return configuration(source, location).load();
    }

    static FluentConfiguration configuration(DataSource source, DatabaseLocation location) {
        boolean sqlite = location instanceof DatabaseLocation.SqliteFile;
        return Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:io/flockerj/hub/database")
                .failOnMissingLocations(true)
                .cleanDisabled(true)
                .baselineOnMigrate(false)
                .placeholders(Map.of("number", sqlite ? "INTEGER" : "BIGINT", "strict", sqlite ? " STRICT" : ""));
    }
}
