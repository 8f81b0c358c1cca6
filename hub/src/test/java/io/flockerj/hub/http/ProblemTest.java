package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.backend.FullException;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void wantOfRoomIsToldAsThatWhereverItIs() {
        IOException disk = new FullException("no room in /srv/storage", new IOException("x"));
        IOException database =
                new DatabaseException("the database failed", new SQLException("[SQLITE_FULL] disk is full"));

        assertThat(Problem.of(disk, "1").status()).isEqualTo(507);
        assertThat(Problem.of(disk, "1").detail()).doesNotContain("/srv");
        assertThat(Problem.of(database, "1").status()).isEqualTo(507);
    }

    @Test
    void aBusyDatabaseIsWorthAnotherTryAndAClientThatHangsUpIsNoFailure() {
        IOException busy = new DatabaseException(
                "the database /srv/hub.db failed", new UnavailableException("the database is busy", true, null));

        assertThat(Problem.of(busy, "1").status()).isEqualTo(503);
        assertThat(Problem.of(busy, "1").detail()).doesNotContain("/srv");
        assertThat(Problem.of(new UncheckedIOException(new SocketException("Broken pipe")), "1")
                        .isOurs())
                .isFalse();
    }

    @Test
    void whatThisHubDoesNotKnowIsNoFailureOfIts() {
        assertThat(Problem.of(new UnsupportedException("the config", "field 12"), "1")
                        .status())
                .isEqualTo(422);
    }
}
