package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.access.Authentication;
import io.flockerj.hub.limit.Limits;
import io.flockerj.hub.limit.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LimitedCallersTest {
    private static final String OBJECT = "/api/v1/owners/team/objects/a/b";
    private static final int CONNECTIONS = 2000;

    @TempDir
    private Path directory;

    private static String ask(TestingServer server, String request) throws IOException {
        try (RawClient client = server.client()) {
            client.send(request);
            String head = client.head();
            return head + client.body(head);
        }
    }

    @Test
    void anAccountThatAsksTooOftenIsToldWhenToGoOn() throws IOException {
        try (TestingServer server = new TestingServer(directory, new Limits(1, 0, 1, 1), Pace.USUAL)) {
            String request = TestingServer.get(OBJECT, "Authorization: Bearer alice");
            List<String> answers = new ArrayList<>();
            for (int asked = 0; asked < 2 * Limits.BURST; asked++) {
                answers.add(ask(server, request));
            }
            assertThat(answers.getFirst()).startsWith("HTTP/1.1 404").contains("no-such-object");
            assertThat(answers.getLast())
                    .startsWith("HTTP/1.1 429")
                    .containsPattern("(?i)\r\nretry-after: 1\r\n")
                    .containsPattern("(?i)\r\ncontent-type: application/problem\\+json\r\n")
                    .contains("\"code\":\"too-many-requests\"")
                    .contains("this account");
            assertThat(server.refused).contains("too-many-requests");
            assertThat(ask(server, TestingServer.get(OBJECT, "Authorization: Bearer bob")))
                    .startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void anAddressThatAsksTooOftenIsStillToldWhetherTheHubIsAlive() throws IOException {
        try (TestingServer server = new TestingServer(directory, new Limits(0, 1, 1, 1), Pace.USUAL)) {
            String answer = "";
            for (int asked = 0; asked < 2 * Limits.BURST; asked++) {
                answer = ask(server, TestingServer.get(OBJECT));
            }
            assertThat(answer).startsWith("HTTP/1.1 429").contains("this address");
            assertThat(ask(server, TestingServer.get("/readyz"))).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void callersBehindATrustedProxyAreToldApart() throws IOException {
        List<Network> proxies = List.of(Network.parse("127.0.0.1"));
        try (TestingServer server = new TestingServer(
                directory.resolve("storage"),
                directory.resolve("spool"),
                new Limits(0, 1, 1, 1),
                Pace.USUAL,
                proxies)) {
            String answer = "";
            for (int asked = 0; asked < 2 * Limits.BURST; asked++) {
                answer = ask(server, TestingServer.get(OBJECT, "X-Forwarded-For: 192.0.2.1"));
            }
            assertThat(answer).startsWith("HTTP/1.1 429");
            assertThat(ask(server, TestingServer.get(OBJECT, "X-Forwarded-For: 192.0.2.2")))
                    .startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void anUploadTooManyIsRefusedUntilAnotherIsOver() throws Exception {
        try (TestingServer server = new TestingServer(directory, new Limits(0, 0, 1, 2), Pace.USUAL);
                RawClient first = server.client();
                RawClient other = server.client()) {
            first.send(TestingServer.put("a/1", 2, "Authorization: Bearer alice", "Expect: 100-continue"));
            assertThat(first.head()).startsWith("HTTP/1.1 100");
            assertThat(ask(server, TestingServer.put("a/2", 0, "Authorization: Bearer alice")))
                    .startsWith("HTTP/1.1 429")
                    .containsPattern("(?i)\r\nretry-after: \\d+\r\n");
            other.send(TestingServer.put("a/3", 2, "Authorization: Bearer bob", "Expect: 100-continue"));
            assertThat(other.head()).startsWith("HTTP/1.1 100");
            assertThat(ask(server, TestingServer.put("a/4", 0, "Authorization: Bearer carl")))
                    .startsWith("HTTP/1.1 429")
                    .contains("the hub is busy");
            assertThat(server.uploads()).isEqualTo(2);

            first.send("xy");
            assertThat(first.head()).startsWith("HTTP/1.1 201");
            assertThat(ask(server, TestingServer.put("a/2", 0, "Authorization: Bearer alice")))
                    .startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void aBodyThatWouldBeRefusedIsNotAskedFor() throws IOException {
        try (TestingServer server = new TestingServer(directory, Limits.USUAL, Pace.USUAL);
                RawClient client = server.client()) {
            server.admission.refuse("bad", Authentication.Reason.REVOKED);
            client.send(TestingServer.put("a/b", 10, "Authorization: Bearer bad", "Expect: 100-continue"));
            assertThat(client.head()).startsWith("HTTP/1.1 401");
            assertThat(server.refused).containsExactly("revoked-token");
        }
    }

    @Test
    void manyConnectionsThatSayNothingKeepNobodyOut() throws IOException {
        List<RawClient> silent = new ArrayList<>();
        // All of them come from one address here.
        Limits anyNumber = new Limits(500, 1000, 64, 256, 0, Duration.ofSeconds(10));
        try (TestingServer server = new TestingServer(directory, anyNumber, Pace.USUAL)) {
            for (int connected = 0; connected < CONNECTIONS; connected++) {
                silent.add(server.client());
            }
            assertThat(ask(server, TestingServer.put("a/b", 1) + "x")).startsWith("HTTP/1.1 201");
            assertThat(ask(server, TestingServer.get(OBJECT))).startsWith("HTTP/1.1 200");
            for (RawClient client : silent) {
                client.send(TestingServer.get("/livez"));
            }
            for (RawClient client : silent) {
                assertThat(client.head()).startsWith("HTTP/1.1 200");
            }
        } finally {
            for (RawClient client : silent) {
                client.close();
            }
        }
    }
}
