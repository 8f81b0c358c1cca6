package io.flockerj.plugin.http;

import static io.flockerj.plugin.http.TestingHandler.echo;
import static io.flockerj.plugin.http.TestingHandler.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestsTest {
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

    private static String crlf(String... lines) {
        return String.join("\r\n", lines);
    }

    @Test
    void requestOfDocker20IsAnsweredByteForByte() throws IOException {
        try (RawClient client = server.connect()) {
            String expected = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 3\r\n\r\nnow";
            client.send(crlf(
                    "POST /now HTTP/1.1",
                    "Host: ",
                    "User-Agent: Go-http-client/1.1",
                    "Content-Length: 14",
                    "Accept: application/vnd.docker.plugins.v1.2+json",
                    "",
                    "{\"Name\":\"v1\"}\n"));
            assertThat(client.readBytes(expected.length())).isEqualTo(expected);
        }
    }

    @Test
    void emptyHostNoContentTypeAndLengthZeroAreAccepted() throws IOException {
        assertThat(server.ask("POST /echo HTTP/1.1\r\nHost: \r\nContent-Length: 0\r\n\r\n")
                        .body())
                .isEqualTo("POST  ");
    }

    @Test
    void requestWithoutLengthHasAnEmptyBody() throws IOException {
        assertThat(server.ask("POST /echo HTTP/1.1\r\nHost: x\r\n\r\n").body()).isEqualTo("POST  ");
    }

    @Test
    void queryIsKeptApartFromThePath() throws IOException {
        assertThat(server.ask(get("/echo?a=b?c")).body()).isEqualTo("GET a=b?c ");
    }

    @Test
    void chunkedBodyIsPutTogether() throws IOException {
        String request = crlf(
                "POST /echo HTTP/1.1",
                "Host: ",
                "Transfer-Encoding: chunked",
                "",
                "5",
                "hello",
                "6;x=y",
                " world",
                "0",
                "Trailer: z",
                "",
                "");
        assertThat(server.ask(request).body()).isEqualTo("POST  hello world");
    }

    @Test
    void clientThatExpects100IsToldToContinue() throws IOException {
        try (RawClient client = server.connect()) {
            client.send("POST /echo HTTP/1.1\r\nHost: \r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(100);
            assertThat(client.send("hello").read().body()).isEqualTo("POST  hello");
        }
    }

    @Test
    void clientThatDoesNotWaitFor100IsNotToldToContinue() throws IOException {
        assertThat(server.ask("POST /echo HTTP/1.1\r\nHost: \r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi")
                        .body())
                .isEqualTo("POST  hi");
    }

    @Test
    void connectionIsKeptForTheNextRequest() throws IOException {
        try (RawClient client = server.connect()) {
            for (int i = 0; i < 1000; i++) {
                RawClient.Reply reply = client.send(echo("body" + i)).read();
                assertThat(reply.body()).isEqualTo("POST  body" + i);
                assertThat(reply.closes()).isFalse();
            }
        }
    }

    @Test
    void connectionIsClosedAfterTheAnswerWhenTheClientWantsThat() throws IOException {
        try (RawClient client = server.connect()) {
            client.send("POST /now HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n");
            assertThat(client.read().closes()).isTrue();
            assertThat(client.isDropped()).isTrue();
        }
    }

    @Test
    void http10IsAnsweredAndTheConnectionClosed() throws IOException {
        try (RawClient client = server.connect()) {
            client.send("POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(client.read().body()).isEqualTo("POST  hi");
            assertThat(client.isDropped()).isTrue();
        }
    }

    @Test
    void http10IsNotKeptEvenIfTheClientWouldLikeThat() throws IOException {
        try (RawClient client = server.connect()) {
            client.send("POST /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(client.read().closes()).isTrue();
            assertThat(client.isDropped()).isTrue();
        }
    }

    @Test
    void clientThatHasNothingMoreToSendStillGetsItsAnswer() throws IOException {
        try (RawClient client = server.connect()) {
            client.send(echo("last")).shutdownOutput();
            assertThat(client.read().body()).isEqualTo("POST  last");
            assertThat(client.isDropped()).isTrue();
        }
    }

    @Test
    void tenRequestsInOneWriteAreAnsweredInOrder() throws IOException {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            requests.append(i % 3 == 0 ? get("/now") : echo("" + i));
        }
        try (RawClient client = server.connect()) {
            client.send(requests.toString());
            for (int i = 0; i < 10; i++) {
                assertThat(client.read().body()).isEqualTo(i % 3 == 0 ? "now" : "POST  " + i);
            }
        }
    }

    @Test
    void requestsSentFarAheadAreAllAnsweredInOrder() throws IOException {
        try (RawClient client = server.connect()) {
            for (int round = 0; round < 20; round++) {
                StringBuilder requests = new StringBuilder();
                for (int i = 0; i < 500; i++) {
                    requests.append(echo(round + "." + i));
                }
                client.send(requests.toString());
                for (int i = 0; i < 500; i++) {
                    assertThat(client.read().body()).isEqualTo("POST  " + round + "." + i);
                }
            }
        }
    }

    @Test
    void requestThatArrivesByteByByteIsAnswered() throws IOException {
        try (RawClient client = server.connect()) {
            for (byte b : echo("drip").getBytes(StandardCharsets.UTF_8)) {
                client.send(new byte[] {b});
            }
            assertThat(client.read().body()).isEqualTo("POST  drip");
        }
    }

    @Test
    void lineEndsBetweenRequestsAreIgnored() throws IOException {
        try (RawClient client = server.connect()) {
            assertThat(client.send(echo("one") + "\r\n\r\n").read().body()).isEqualTo("POST  one");
            assertThat(client.send(echo("two")).read().body()).isEqualTo("POST  two");
        }
    }

    @Test
    void answerToHeadHasNoBody() throws IOException {
        try (RawClient client = server.connect()) {
            assertThat(client.send("HEAD /now HTTP/1.1\r\nHost: \r\n\r\n")
                            .read()
                            .body())
                    .isEmpty();
            assertThat(client.send(get("/now")).read().body()).isEqualTo("now");
        }
    }

    @Test
    void bodyAsLongAsTheLimitIsTaken() throws IOException {
        String body = "x".repeat(Limits.DEFAULT.bodyBytes());
        assertThat(server.ask(echo(body)).body()).isEqualTo("POST  " + body);
    }

    @Test
    void droppedCallIsNotAnsweredAndNeitherIsWhatFollowsIt() throws IOException {
        try (RawClient client = server.connect()) {
            client.send(get("/now") + get("/drop") + get("/now"));
            assertThat(client.read().body()).isEqualTo("now");
            assertThat(client.isDropped()).isTrue();
        }
    }

    @Test
    void bareConnectIsClosedWithoutAWordInTheLog() throws IOException {
        PrintStream realErr = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            server.connect().close();
            assertThat(server.ask(get("/now")).status()).isEqualTo(200);
        } finally {
            System.setErr(realErr);
        }
        assertThat(log.toString(StandardCharsets.UTF_8)).isEmpty();
    }
}
