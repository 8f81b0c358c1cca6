package io.flockerj.plugin.http;

import static io.flockerj.plugin.http.TestingHandler.echo;
import static io.flockerj.plugin.http.TestingHandler.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadRequestsTest {
    private static final int FUZZ_ROUNDS = 400;

    @TempDir
    Path directory;

    private TestingServer server;

    @BeforeEach
    void start() throws IOException {
        server = TestingServer.start(directory, Limits.DEFAULT, new TestingHandler());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void isRefused(String request, int status) throws IOException {
        try (RawClient client = server.connect()) {
            RawClient.Reply reply = client.send(request).read();
            assertThat(reply.status())
                    .as(request.lines().findFirst().orElse(""))
                    .isEqualTo(status);
            assertThat(reply.closes()).isTrue();
            assertThat(client.isDropped()).isTrue();
        }
        assertThat(server.ask(get("/now")).body()).isEqualTo("now");
    }

    @Test
    void whatIsNotHttpIsRefused() throws IOException {
        isRefused("hello\r\n\r\n", 400);
        isRefused("GET /now\r\n\r\n", 400);
        isRefused("\u0000\u0001\u0002\r\n\r\n\r\n", 400);
        isRefused("GET /now HTTP/1.1\r\nno colon\r\n\r\n", 400);
        isRefused("GET /now HTTP/1.1\r\nbad name: x\r\n\r\n", 400);
    }

    @Test
    void lengthsThatContradictEachOtherAreRefused() throws IOException {
        isRefused("POST /echo HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", 400);
        isRefused("POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400);
        isRefused("POST /echo HTTP/1.1\r\nContent-Length: ten\r\n\r\n", 400);
    }

    @Test
    void chunkThatIsNoChunkIsRefused() throws IOException {
        isRefused("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400);
    }

    @Test
    void otherVersionsOfHttpAreRefused() throws IOException {
        isRefused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    }

    @Test
    void otherExpectationsThanContinueAreRefused() throws IOException {
        isRefused("POST /echo HTTP/1.1\r\nExpect: a-miracle\r\nContent-Length: 1\r\n\r\n", 417);
    }

    @Test
    void hugeRequestLineIsRefused() throws IOException {
        isRefused(get("/" + "x".repeat(Limits.DEFAULT.lineBytes())), 414);
    }

    @Test
    void hugeHeadersAreRefused() throws IOException {
        isRefused("GET /now HTTP/1.1\r\nX: " + "x".repeat(Limits.DEFAULT.headerBytes()) + "\r\n\r\n", 431);
        isRefused("GET /now HTTP/1.1\r\n" + "X: y\r\n".repeat(Limits.DEFAULT.headerBytes() / 2) + "\r\n", 431);
    }

    @Test
    void hugeBodyIsRefusedAndTheClientCanReadWhy() throws IOException {
        int tooLong = Limits.DEFAULT.bodyBytes() + 1;
        isRefused(echo("x".repeat(tooLong)), 413);
        isRefused(
                "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(tooLong) + "\r\n"
                        + "x".repeat(tooLong) + "\r\n0\r\n\r\n",
                413);
    }

    @Test
    void hugeBodyIsRefusedBeforeItIsSent() throws IOException {
        isRefused("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9999999999\r\n\r\n", 413);
    }

    @Test
    void refusalComesAfterTheAnswersToWhatWasAskedBefore() throws IOException {
        try (RawClient client = server.connect()) {
            client.send(echo("1") + echo("2") + "nonsense\r\n\r\n" + echo("3"));
            assertThat(client.read().body()).isEqualTo("POST  1");
            assertThat(client.read().body()).isEqualTo("POST  2");
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.isDropped()).isTrue();
        }
    }

    @Test
    void halfRequestThenCloseHarmsNobody() throws IOException {
        for (String half :
                List.of("PO", "POST /echo HTTP/1.1\r\nHo", "POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\nab")) {
            server.connect().send(half).close();
        }
        assertThat(server.ask(get("/now")).body()).isEqualTo("now");
    }

    @Test
    void requestThatIsNotCompleteInTimeIsCutAndOthersAreNot() throws Exception {
        server.close();
        server = TestingServer.start(
                directory, TestingLimits.requestWithin(Duration.ofMillis(200)), new TestingHandler());
        for (String half : List.of("P", "GET /now HTTP/1.1\r\n", echo("12345").replace("345", ""))) {
            try (RawClient idle = server.connect();
                    RawClient used = server.connect();
                    RawClient slow = server.connect()) {
                assertThat(used.send(get("/now") + "\r\n").read().body()).isEqualTo("now");
                slow.send(get("/now") + half);
                assertThat(slow.read().body()).isEqualTo("now");
                assertThat(slow.read().status()).isEqualTo(408);
                assertThat(slow.isDropped()).isTrue();
                assertThat(idle.send(get("/now")).read().body()).isEqualTo("now");
                assertThat(used.send(get("/now")).read().body()).isEqualTo("now");
            }
        }
    }

    @Test
    void noiseNeverStopsTheServer() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        try {
            for (int round = 0; round < FUZZ_ROUNDS; round++) {
                noise(random);
            }
            assertThat(server.ask(get("/now")).body()).isEqualTo("now");
        } catch (IOException | AssertionError e) {
            throw new AssertionError("repeat with -Dseed=" + seed, e);
        }
    }

    private void noise(Random random) throws IOException {
        byte[] bytes = (echo("hello")
                        + "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        for (int changes = random.nextInt(8); changes >= 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        try (RawClient client = server.connect()) {
            client.send(bytes);
            if (random.nextBoolean()) {
                client.shutdownOutput().readToEnd();
            }
        }
    }
}
