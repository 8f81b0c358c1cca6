package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.access.Authentication;
import io.flockerj.hub.limit.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AccessLogTest {
    private static final String OBJECT = "/api/v1/owners/team/objects/a/b";

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    private TestingServer server;

    @BeforeEach
    void start() throws IOException {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        server = new TestingServer(directory, Limits.USUAL, Pace.USUAL);
    }

    @AfterEach
    void stop() {
        server.close();
        System.setErr(before);
    }

    private List<String> lines() {
        return log.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("hub.requests"))
                .toList();
    }

    @Test
    void aRequestIsOneLineWithAllThatIsLookedFor() throws Exception {
        String id;
        try (RawClient client = server.client()) {
            client.send(TestingServer.put("a/b", 3, "Authorization: Bearer alice") + "xyz");
            id = client.head().replaceAll("(?is).*\\r\\nx-request-id: *([0-9a-f]+)\\r\\n.*", "$1");
        }
        server.next();

        assertThat(lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(" request=" + id + " ")
                        .contains(" address=127.0.0.1 ")
                        .contains(" account=alice ")
                        .contains(" method=PUT ")
                        .contains(" path=" + OBJECT + " ")
                        .contains(" status=201 ")
                        .contains(" bytesIn=3 ")
                        .containsPattern(" durationMs=\\d+ ")
                        .contains("Request answered"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoGoesAwayInTheMiddleOfAnUploadIsOneLineAndLeavesNothing(boolean withoutAWord) throws Exception {
        try (RawClient client = server.client()) {
            client.send(TestingServer.put("a/b", 1_000_000, "Authorization: Bearer alice") + "x".repeat(100_000));
            server.awaitSpooled(100_000);
            if (withoutAWord) {
                client.vanish();
            }
        }
        assertThat(server.next().status()).isEqualTo(499);

        assertThat(lines())
                .singleElement()
                .asString()
                .contains(" account=alice ", " method=PUT ", " status=499 ", " bytesIn=100000 ", "Request broken off");
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("Exception", "A request failed", "\tat ");
        assertThat(server.spoolFiles()).isEmpty();
        assertThat(server.spooled()).isZero();
        assertThat(server.uploads()).isZero();
        assertThat(directory.resolve("storage/a/b")).doesNotExist();
    }

    @Test
    void whoIsNotSignedInHasNoAccountThere() throws Exception {
        try (RawClient client = server.client()) {
            client.send(TestingServer.get(OBJECT));
            client.head();
        }
        server.next();

        assertThat(lines()).singleElement().asString().contains(" account=- ").contains(" status=404 ");
    }

    @Test
    void whatIsShownIsNotLogged() throws Exception {
        server.admission.refuse("secret-of-nobody", Authentication.Reason.UNKNOWN);
        try (RawClient client = server.client()) {
            client.send(TestingServer.get(
                    OBJECT + "?after=secret-in-the-query",
                    "Authorization: Bearer secret-of-nobody",
                    "Cookie: session=secret-in-a-cookie",
                    "X-Other: secret-in-a-header"));
            assertThat(client.head()).startsWith("HTTP/1.1 401");
        }
        server.next();
        try (RawClient client = server.client()) {
            client.send(TestingServer.put("a/b", 17, "Authorization: Bearer alice") + "secret-in-content");
            assertThat(client.head()).startsWith("HTTP/1.1 201");
        }
        server.next();

        assertThat(lines()).hasSize(2);
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("secret-");
    }

    @Test
    void aLineBreakInAnAddressDoesNotBeginALine() throws Exception {
        try (RawClient client = server.client()) {
            client.send(TestingServer.get("/api/v1/owners/team/objects/a%0Ab%0d%0Ainvented"));
            client.head();
        }
        server.next();

        assertThat(lines()).singleElement().asString().contains("a%0Ab%0d%0Ainvented");
    }
}
