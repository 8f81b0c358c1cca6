package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.BusyboxImage;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A database under load on a volume with a size limit, while what is beneath it fails: it keeps every transaction that it acknowledged,
 * and where its container lives on, its clients notice nothing.
 */
@Tag("slow")
@OnPrivateEngine
class PostgresTest {

    /** Each transaction is synced, and other tests write and sync on the same disk. */
    private static final Duration A_BUSY_DISK = Duration.ofMinutes(4);

    private static final int ROUNDS = Soak.orElse(40, 3);
    private static final int GROWTHS = Soak.orElse(40, 5);
    private static final int SCALE = 3;
    private static final long MIB = 1 << 20;

    private static final String HISTORY = "SELECT count(*) FROM pgbench_history";
    private static final String BALLAST = "SELECT count(*) FROM ballast";

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;

    PostgresTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @BeforeAll
    static void importImage(PrivateEngine engine) throws IOException {
        PostgresServer.importImage(engine);
    }

    @AfterEach
    void restartEngineWithoutLiveRestore() {
        engine.removeContainers();
        engine.restart();
    }

    @Test
    void databaseDoesNotNoticeThatThePluginIsKilledAgainAndAgain() throws IOException {
        PostgresServer server = filledServer("unaware");
        PgBench bench = server.bench();

        for (int round = 0; round < ROUNDS; round++) {
            awaitTransactions(server, bench);
            plugin.killAndAwaitRestart();
        }
        awaitTransactions(server, bench);

        assertThat(bench.finish()).isEqualTo(server.count(HISTORY));
        verify(server);
        engine.docker("volume", "rm", "unaware").ok();
        assertThat(plugin.mounts("unaware")).isEmpty();
    }

    @Test
    void databaseRunsOnWhileAnEngineWithLiveRestoreIsKilledAgainAndAgain() throws IOException {
        engine.restart("--live-restore");
        PostgresServer server = filledServer("outliving");
        PgBench bench = server.bench();

        for (int round = 0; round < ROUNDS; round++) {
            awaitTransactions(server, bench);
            engine.kill();
            awaitTransactions(server, bench);
            engine.start("--live-restore");
        }
        awaitTransactions(server, bench);

        assertThat(bench.finish()).isEqualTo(server.count(HISTORY));
        server.verifyTables();
        server.stop();
        engine.docker("create", "--name=probe", "--network=none", "-v", "outliving:/data", BusyboxImage.NAME, "true")
                .ok();
        engine.docker("start", "probe").ok();
        server.verifyFiles();
    }

    /** Such an engine ends its containers when it starts again. */
    @Test
    void databaseHasEveryAcknowledgedTransactionWhenAnEngineWithoutLiveRestoreWasKilled() throws IOException {
        PostgresServer server = filledServer("ended", "--restart=always");
        long acknowledged = 0;
        for (int round = 0; round < ROUNDS; round++) {
            PgBench bench = server.bench();
            awaitTransactions(server, bench);
            engine.kill();
            awaitTransactions(server, bench);

            engine.start();

            acknowledged += bench.awaitFailure();
            engine.docker("start", "ended").ok();
            server.awaitReady();
            // What was committed and could not be acknowledged any more: at most one transaction of each client.
            long kept = server.count(HISTORY);
            assertThat(kept).isBetween(acknowledged, acknowledged + PgBench.CLIENTS);
            acknowledged = kept;
        }
        verify(server);
        assertThat(plugin.mounts("ended")).isEmpty();
    }

    @Test
    void databaseWritesOnPastItsLimitWhileTheVolumeIsGrown() throws IOException {
        PostgresServer server = filledServer("growing");
        server.query("CREATE TABLE ballast (filler text)");
        server.query("ALTER TABLE ballast ALTER filler SET STORAGE EXTERNAL");
        Path script = Files.writeString(
                engine.directory().resolve("ballast.sql"), "INSERT INTO ballast SELECT repeat('ballast ', 2048);\n");
        long first = sizeLimit("growing");
        try (ControlClient control =
                new ControlClient(engine.sandbox().seenFromOutside(Path.of("/run/flockerj/control.sock")))) {
            PgBench bench = server.bench("--builtin=tpcb-like@1", "--file=" + script + "@1");
            for (int growth = 1; growth <= GROWTHS; growth++) {
                long enough = growth * 48L * MIB;
                Eventually.await(
                        enough + " bytes of ballast",
                        A_BUSY_DISK,
                        () -> !bench.isAtWork() || server.count("SELECT pg_total_relation_size('ballast')") > enough);
                long grown = first + growth * 96L * MIB;
                control.resize("growing", "" + grown);
                assertThat(sizeLimit("growing")).isEqualTo(grown);
            }

            assertThat(bench.finish()).isEqualTo(server.count(HISTORY) + server.count(BALLAST));
        }
        assertThat(server.count("SELECT pg_database_size('postgres')")).isGreaterThan(first);
        verify(server);
    }

    private PostgresServer filledServer(String name, String... flags) throws IOException {
        PostgresServer server = new PostgresServer(engine, name);
        server.create("size=256M");
        server.start(flags);
        server.fill(SCALE);
        return server;
    }

    /** Waits for transactions that began after this was called. */
    private static void awaitTransactions(PostgresServer server, PgBench bench) {
        long enough = server.count(HISTORY) + 2 * PgBench.CLIENTS;
        Eventually.await("further transactions", () -> !bench.isAtWork() || server.count(HISTORY) > enough);
    }

    private long sizeLimit(String volume) {
        return Long.parseLong(engine.inspectVolume(volume, "{{json .Status.sizeLimit}}"));
    }

    private static void verify(PostgresServer server) {
        server.verifyTables();
        server.stop();
        server.verifyFiles();
    }
}
