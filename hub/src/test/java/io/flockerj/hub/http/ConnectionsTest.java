package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.limit.Limits;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.directory.DirectoryBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When connections end. */
@Timeout(60)
class ConnectionsTest {
    /** Nothing here ends for having taken long, within a test. */
    private static final Pace PATIENT = new Pace(Duration.ofMinutes(10), Duration.ofMinutes(10), 1);

    private static final String OBJECT = "/api/v1/owners/team/objects/a/b";

    @TempDir
    private Path directory;

    private TestingServer server = unset();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T unset() {
        return null;
    }

    @BeforeEach
    void start() throws IOException {
        server = new TestingServer(directory, Limits.USUAL, PATIENT);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aStreamedAnswerEndsTheConnectionWhereTheCallerAsksForThat() throws Exception {
        DirectoryBackend storage = DirectoryBackend.open(directory.resolve("storage"), TestingServer.IDS);
        storage.create(ObjectName.of("a", "b"), List.of(new byte[1_000_000]));

        try (RawClient client = server.client()) {
            client.send(TestingServer.get(OBJECT, "Connection: close"));
            assertThat(client.head()).startsWith("HTTP/1.1 200").containsIgnoringCase("\r\nconnection: close\r\n");
            assertThat(client.rest()).hasSize(1_000_000);
        }
    }

    @Test
    void aShortAnswerEndsTheConnectionWhereTheCallerAsksForThat() throws Exception {
        try (RawClient client = server.client()) {
            client.send(TestingServer.get("/livez", "Connection: Close"));
            assertThat(client.head()).startsWith("HTTP/1.1 200");
            assertThat(client.rest()).isEqualTo("ok\n");
        }
    }

    @Test
    void whatFollowsOnARefusedBodyIsNotTakenForARequest() throws Exception {
        String hidden = TestingServer.get("/livez");
        try (RawClient client = server.client()) {
            client.send(TestingServer.put("a/b", hidden.length(), "Connection: close")
                            .replace("If-None-Match: *\r\n", "")
                    + hidden);
            String head = client.head();
            assertThat(head).startsWith("HTTP/1.1 428");
            client.body(head);
            assertThat(client.rest()).isEmpty();
        }
        assertThat(server.next().status()).isEqualTo(428);
        assertThat(server.answered).isEmpty();
    }

    @Test
    void aRefusedCallerWhoWasNotToldToGoOnIsNotWaitedFor() throws Exception {
        try (RawClient client = server.client()) {
            client.send(TestingServer.put("a/b", 10, "Connection: close", "Expect: 100-continue")
                    .replace("If-None-Match: *\r\n", ""));
            String head = client.head();
            assertThat(head).startsWith("HTTP/1.1 428");
            client.body(head);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void otherwiseAConnectionGoesOn() throws Exception {
        try (RawClient client = server.client()) {
            for (int request = 0; request < 3; request++) {
                client.send(TestingServer.get("/livez"));
                assertThat(client.body(client.head())).isEqualTo("ok\n");
            }
        }
    }
}
