package io.flockerj.hub.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.UnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What both databases keep. */
abstract class DatabaseContract {
    private static final String INSERT =
            "INSERT INTO audit_chains (id, started, host, version) VALUES (?, ?, 'host', 'version')";

    @RegisterExtension
    final OnDatabase on;

    DatabaseContract(OnDatabase on) {
        this.on = on;
    }

    private long rows() throws DatabaseException {
        return on.database()
                .read(handle -> handle.select("SELECT count(*) FROM audit_chains")
                        .mapTo(Long.class)
                        .one());
    }

    @Test
    void whatWasChangedIsThereWhenItIsOpenedAgain() throws IOException {
        on.database().change(handle -> handle.execute(INSERT, "a", 1L));
        try (Database again = Database.open(on.location())) {
            assertThat(again.version()).isEqualTo(on.database().version()).isNotEqualTo("0");
        }
        assertThat(rows()).isOne();
    }

    @Test
    void aChangeThatThrowsChangesNothing() throws IOException {
        assertThatThrownBy(() -> on.database().change(handle -> {
                    handle.execute(INSERT, "a", 1L);
                    throw new IOException("no");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("no");
        assertThat(rows()).isZero();
    }

    @Test
    void aDatabaseOfANewerProgramIsRefusedAndLeftAsItIs() throws IOException {
        String known = on.database().version();
        OtherVersions.makeNew(on.location());
        for (ThrowingCallable opening : List.<ThrowingCallable>of(
                () -> Database.open(on.location()), () -> Database.openPresent(on.location()))) {
            assertThatThrownBy(opening)
                    .isInstanceOfSatisfying(NewerDatabaseException.class, e -> {
                        assertThat(e.found()).isEqualTo("77");
                        assertThat(e.known()).isEqualTo(known);
                    })
                    .hasMessageContaining("version 77")
                    .hasMessageContaining("start the flockerhub that has changed it");
        }
        assertThat(OtherVersions.of(on.location())).isEqualTo("77");
    }

    @Test
    void aDatabaseOfAnOlderProgramIsChangedByWhoServesOnly() throws IOException {
        DatabaseLocation old = on.another();
        OtherVersions.makeOld(old);
        assertThatThrownBy(() -> Database.openPresent(old))
                .isInstanceOfSatisfying(OlderDatabaseException.class, e -> {
                    assertThat(e.found()).isEqualTo("1");
                    assertThat(e.needed()).isEqualTo(on.database().version());
                })
                .hasMessageContaining("has version 1,")
                .hasMessageContaining("make a backup")
                .hasMessageContaining("start 'flockerhub serve'");
        assertThat(OtherVersions.of(old)).isEqualTo("1");

        Database.open(old).close();
        try (Database now = Database.openPresent(old)) {
            assertThat(now.version()).isEqualTo(on.database().version());
        }
    }

    @Test
    void anEmptyDatabaseIsNotTakenForThatOfAHub() {
        DatabaseLocation empty = on.another();
        assertThatThrownBy(() -> Database.openPresent(empty)).isInstanceOf(DatabaseException.class);
        assertThatThrownBy(() -> Database.openPresent(empty)).isInstanceOf(DatabaseException.class);
        assertThat(OtherVersions.of(empty)).isEqualTo("0");
    }

    private static String counted(String most) {
        return "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n" + most + ") SELECT count(*) FROM n";
    }

    @Test
    @Timeout(60)
    void whatTakesTooLongIsEndedAndWhatComesAfterItIsNot() throws IOException {
        assertThatThrownBy(() -> on.database()
                        .read(handle -> handle.createQuery(counted(""))
                                .setQueryTimeout(1)
                                .mapTo(Long.class)
                                .one()))
                .isInstanceOf(DatabaseException.class)
                .hasCauseInstanceOf(UnavailableException.class);

        String some = counted(" WHERE i < 300000");
        for (int i = 0; i < 2; i++) {
            long found = on.database()
                    .read(handle -> handle.createQuery(some).mapTo(Long.class).one());
            assertThat(found).isEqualTo(300_000);
        }
    }

    @Test
    void aBrokenReferenceIsRefused() {
        assertThatThrownBy(() ->
                        on.tamper("INSERT INTO passwords (account_id, hash, changed) VALUES ('nobody', 'hash', 1)"))
                .isInstanceOf(DatabaseException.class);
    }

    @Test
    void changesAtTheSameTimeAreAsIfOneCameBehindTheOther() throws Exception {
        int threads = 8;
        int each = 25;
        on.database().change(handle -> handle.execute(INSERT, "counter", 0L));
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < threads; thread++) {
                all.add(executor.submit(() -> {
                    for (int n = 0; n < each; n++) {
                        increment();
                    }
                    return null;
                }));
            }
            await(all);
        }
        long counted = on.database()
                .read(handle -> handle.select("SELECT started FROM audit_chains")
                        .mapTo(Long.class)
                        .one());
        assertThat(counted).isEqualTo((long) threads * each);
    }

    /** Reads and then writes: lost if another wrote in between. */
    private void increment() throws DatabaseException {
        on.database().change(handle -> {
            long before = handle.select("SELECT started FROM audit_chains")
                    .mapTo(Long.class)
                    .one();
            return handle.execute("UPDATE audit_chains SET started = ?", before + 1);
        });
    }

    private static void await(List<Future<?>> all) throws InterruptedException, ExecutionException {
        for (Future<?> future : all) {
            future.get();
        }
    }
}
