package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.http.TestingServer.Answered;
import io.flockerj.hub.limit.Limits;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.directory.DirectoryBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever takes too long holds nothing for ever: no thread, no room in the spool, no turn. */
@Timeout(120)
class SlowCallersTest {
    private static final Pace IMPATIENT = new Pace(Duration.ofSeconds(1), Duration.ofMillis(600), 1 << 20);

    @TempDir
    private Path directory;

    private TestingServer server;

    @BeforeEach
    void start() throws IOException {
        server = new TestingServer(directory, new Limits(0, 0, 1, 1), IMPATIENT);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void assertThatNothingIsHeld() throws IOException {
        assertThat(server.spoolFiles()).isEmpty();
        assertThat(server.spooled()).isZero();
        assertThat(server.uploads()).isZero();
        try (RawClient other = server.client()) {
            other.send(TestingServer.put("other/" + TestingServer.IDS.get().hex(), 1) + "x");
            assertThat(other.head()).startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void aBodyThatComesByteByByteIsNotWaitedFor() throws Exception {
        try (RawClient slow = server.client()) {
            slow.send(TestingServer.put("a/b", 1_000_000));
            slow.dribble();
        }
        assertThat(server.next().in()).isBetween(1L, 1000L);
        assertThatNothingIsHeld();
    }

    @Test
    void aBodyThatStopsIsNotWaitedFor() throws Exception {
        try (RawClient slow = server.client()) {
            slow.send(TestingServer.put("a/b", 1_000_000) + "x".repeat(1000));
            assertThat(slow.rest())
                    .as("nothing was to be said to who says nothing")
                    .isEmpty();
        }
        Answered over = server.next();
        assertThat(over.in()).isEqualTo(1000);
        assertThat(over.status()).isEqualTo(408);
        assertThatNothingIsHeld();
    }

    @Test
    void aBodyThatBreaksOffLeavesNothing() throws Exception {
        try (RawClient gone = server.client()) {
            gone.send(TestingServer.put("a/b", 1_000_000) + "x".repeat(1000));
        }
        server.next();
        assertThatNothingIsHeld();
    }

    @Test
    void aRefusedBodyThatGoesOnSlowlyIsNotWaitedFor() throws Exception {
        try (RawClient slow = server.client()) {
            slow.send(TestingServer.put("a/b", 1_000_000).replace("If-None-Match: *\r\n", ""));
            assertThat(slow.head()).startsWith("HTTP/1.1 428");
            slow.dribble();
        }
        assertThatNothingIsHeld();
    }

    @Test
    void headersThatComeByteByByteAreNotWaitedFor() throws Exception {
        try (RawClient slow = server.client()) {
            slow.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: ");
            slow.dribble();
        }
        assertThatNothingIsHeld();
    }

    @Test
    void aFirstLineThatComesByteByByteIsNotWaitedFor() throws Exception {
        try (RawClient slow = server.client()) {
            slow.send("GET /");
            slow.dribble();
        }
        assertThatNothingIsHeld();
    }

    @Test
    void aConnectionThatSaysNothingIsClosed() throws Exception {
        try (RawClient silent = server.client()) {
            assertThat(silent.rest()).isEmpty();
        }
    }

    @Test
    void whoTakesNothingOfAnAnswerIsNotWaitedFor() throws Exception {
        DirectoryBackend storage = DirectoryBackend.open(directory.resolve("storage"), TestingServer.IDS);
        storage.create(ObjectName.of("a", "b"), Collections.nCopies(64, new byte[1 << 20]));

        try (RawClient slow = server.client()) {
            slow.send(TestingServer.get("/api/v1/owners/team/objects/a/b"));
            assertThat(slow.head()).startsWith("HTTP/1.1 200");
            Answered broken = server.next();
            assertThat(broken.route()).isEqualTo("/api/v1/owners/{owner}/objects/{+name}");
            assertThat(broken.out()).isBetween(1L, 63L << 20);
        }
        assertThatNothingIsHeld();
    }

    @Test
    void whoKeepsPaceIsServedHoweverLongItTakes() throws Exception {
        DirectoryBackend storage = DirectoryBackend.open(directory.resolve("storage"), TestingServer.IDS);
        storage.create(ObjectName.of("a", "b"), Collections.nCopies(64, new byte[1 << 20]));

        try (RawClient client = server.client()) {
            client.send(TestingServer.get("/api/v1/owners/team/objects/a/b", "Connection: close"));
            client.head();
            assertThat(client.rest()).hasSize(64 << 20);
        }
        assertThat(server.next().status()).isEqualTo(200);
    }
}
