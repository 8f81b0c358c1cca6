package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The past of a database under load: each snapshot is one that a second server starts on, with all that was committed before it. */
@Tag("slow")
@OnPrivateEngine
class PostgresHistoryTest {
    private static final int SNAPSHOTS = Soak.orElse(40, 5);
    private static final int SCALE = 2;

    private static final String HISTORY = "SELECT count(*) FROM pgbench_history";
    private static final String BALANCES =
            "SELECT md5(string_agg(aid || '=' || abalance, ' ' ORDER BY aid)) FROM pgbench_accounts";
    private static final String COLUMNS = "SELECT string_agg(attname || ' ' || atttypid::regtype, ', ' ORDER BY attnum)"
            + " FROM pg_attribute WHERE attrelid = 'pgbench_accounts'::regclass AND attnum > 0";

    private final PrivateEngine engine;

    PostgresHistoryTest(PrivateEngine engine) {
        this.engine = engine;
    }

    @BeforeAll
    static void importImage(PrivateEngine engine) throws IOException {
        PostgresServer.importImage(engine);
    }

    /** A snapshot of a server under load, and which numbers it has to hold at least and at most. */
    private record Moment(String id, long committedBefore, long begunBefore) {}

    @Test
    void cloneOfEachSnapshotHoldsExactlyWhatWasCommittedBeforeIt() throws IOException {
        PostgresServer production = filledServer("counted");
        PgBench bench = production.bench();
        PgCounter counter = production.counter();
        List<Moment> moments = new ArrayList<>();
        for (int n = 0; n < SNAPSHOTS; n++) {
            counter.awaitMore();
            long committed = counter.acknowledged();
            String id = snapshot("counted").required("id").asText();
            moments.add(new Moment(id, committed, counter.begun()));
        }
        counter.awaitMore();

        for (Moment moment : moments) {
            PostgresServer then = clone("counted@" + moment.id(), "counted-" + moments.indexOf(moment));
            long held = then.count("SELECT max(number) FROM " + PgCounter.TABLE);
            assertThat(held)
                    .as("the last number in the clone of %s", moment)
                    .isBetween(moment.committedBefore(), moment.begunBefore());
            assertThat(then.query("SELECT min(number), count(*) FROM " + PgCounter.TABLE))
                    .isEqualTo("1|" + held);
            verify(then);
        }
        assertThat(counter.finish()).isEqualTo(production.count("SELECT max(number) FROM " + PgCounter.TABLE));
        assertThat(bench.finish()).isEqualTo(production.count(HISTORY));
        verify(production);
    }

    @Test
    void twoMigrationsOfOneStateAreTriedWhileProductionRunsOn() throws IOException {
        PostgresServer production = filledServer("migrated");
        String columns = production.query(COLUMNS);
        PgBench bench = production.bench();
        PgCounter counter = production.counter();
        counter.awaitMore();
        String from = "migrated@" + snapshot("migrated").required("id").asText();

        PostgresServer wide = clone(from, "migrated-wide");
        PostgresServer noted = clone(from, "migrated-noted");
        String balances = wide.query(BALANCES);
        wide.query("ALTER TABLE pgbench_accounts ALTER abalance TYPE bigint");
        noted.query("ALTER TABLE pgbench_accounts ADD note text NOT NULL DEFAULT 'none'");

        assertThat(wide.query(BALANCES)).isEqualTo(balances).isEqualTo(noted.query(BALANCES));
        assertThat(wide.query(COLUMNS)).isEqualTo(columns.replace("abalance integer", "abalance bigint"));
        assertThat(noted.query(COLUMNS)).isEqualTo(columns + ", note text");
        assertThat(production.query(COLUMNS)).isEqualTo(columns);
        verify(wide);
        verify(noted);
        counter.awaitMore();
        counter.finish();
        assertThat(bench.finish()).isEqualTo(production.count(HISTORY));
        verify(production);
    }

    @Test
    void databaseIsBackAfterABrokenUpgrade() throws IOException {
        PostgresServer server = filledServer("upgraded");
        PgBench bench = server.bench();
        Eventually.await("transactions", () -> !bench.isAtWork() || server.count(HISTORY) > 100);
        bench.finish();
        String balances = server.query(BALANCES);
        String before = "upgraded@" + snapshot("upgraded").required("id").asText();
        server.query("DROP TABLE pgbench_accounts");
        server.query("CHECKPOINT");

        assertThatThrownBy(() -> rollback(before)).hasMessageContaining("in use");
        server.stop();
        rollback(before);
        server.start();

        assertThat(server.query(BALANCES)).isEqualTo(balances);
        verify(server);
    }

    private PostgresServer filledServer(String name) throws IOException {
        PostgresServer server = new PostgresServer(engine, name);
        server.create("size=512M");
        server.start();
        server.fill(SCALE);
        return server;
    }

    private PostgresServer clone(String ref, String name) throws IOException {
        PostgresServer server = new PostgresServer(engine, name);
        server.cloneFrom(ref);
        server.start();
        return server;
    }

    private static void verify(PostgresServer server) {
        server.verifyTables();
        server.stop();
        server.verifyFiles();
    }

    private JsonNode snapshot(String volume) throws IOException {
        try (ControlClient control = control()) {
            return control.snapshot(volume);
        }
    }

    private void rollback(String ref) throws IOException {
        try (ControlClient control = control()) {
            control.rollback(ref);
        }
    }

    private ControlClient control() throws IOException {
        return new ControlClient(engine.sandbox().seenFromOutside(Path.of("/run/flockerj/control.sock")));
    }
}
