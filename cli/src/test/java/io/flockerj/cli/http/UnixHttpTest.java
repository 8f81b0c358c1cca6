package io.flockerj.cli.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.cli.testing.FakeServer;
import io.flockerj.cli.testing.FakeServer.Said;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixHttpTest {
    private static final Limits PATIENT = Limits.idle(Duration.ofMinutes(1));
    private static final Target TARGET = Target.of("v1", "thing");

    @TempDir
    private Path directory;

    private FakeServer server;
    private UnixHttp http;

    @BeforeEach
    void start() throws IOException {
        server = FakeServer.start(directory.resolve("s"), asked -> Said.json(200, "{}"));
        http = new UnixHttp(server.socket(), "test");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void aBodyOfKnownLengthIsReadToItsEnd() throws IOException {
        server.answer(asked -> Said.json(200, "{\"a\":1}"));

        assertThat(get()).isEqualTo("{\"a\":1}");
    }

    @Test
    void chunksArePutTogether() throws IOException {
        byte[] body = new byte[200_000];
        new Random(7).nextBytes(body);
        server.answer(asked -> Said.chunked(body));

        try (Response response = http.send(Request.get(TARGET), PATIENT)) {
            assertThat(response.bytes(1_000_000)).isEqualTo(body);
        }
    }

    @Test
    void aBodyWithoutLengthEndsWithTheConnection() throws IOException {
        server.answer(asked -> new Said("HTTP/1.1 200 OK\r\n", "to the end"));

        assertThat(get()).isEqualTo("to the end");
    }

    @Test
    void interimAnswersArePassedOver() throws IOException {
        server.answer(asked -> new Said("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n", "ok"));

        assertThat(get()).isEqualTo("ok");
    }

    @Test
    void aBodyThatIsCutOffIsAnError() {
        server.answer(asked -> new Said("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n", "short"));
        assertThatThrownBy(this::get).isInstanceOf(EOFException.class).hasMessageContaining("15 bytes before its end");

        server.answer(asked -> new Said("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", "5\r\nhello\r\n"));
        assertThatThrownBy(this::get).isInstanceOf(EOFException.class).hasMessageContaining("cut off");
    }

    @Test
    void nonsenseIsRefused() {
        server.answer(asked -> new Said("SSH-2.0-OpenSSH\r\n", ""));
        assertThatThrownBy(this::get).hasMessageContaining("no HTTP answer: SSH-2.0-OpenSSH");

        server.answer(asked -> new Said("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", "nonsense\r\n"));
        assertThatThrownBy(this::get).hasMessageContaining("a chunk of the size nonsense");

        server.answer(asked -> new Said("HTTP/1.1 200 OK\r\nContent-Length: many\r\n", ""));
        assertThatThrownBy(this::get).hasMessageContaining("no number: many");
    }

    @Test
    void aHeadWithoutEndIsNotReadForEver() {
        server.answer(asked -> new Said("HTTP/1.1 200 OK\r\nX: " + "x".repeat(ResponseHead.MAX_BYTES), ""));

        assertThatThrownBy(this::get).hasMessageContaining("longer than 65536 bytes");
    }

    @Test
    void anAnswerLongerThanItsLimitIsRefused() throws IOException {
        server.answer(asked -> Said.chunked(new byte[1000]));

        try (Response response = http.send(Request.get(TARGET), PATIENT)) {
            assertThatThrownBy(() -> response.bytes(999)).hasMessageContaining("longer than 999 bytes");
        }
    }

    @Test
    void aLongBodyIsSentInChunks() throws IOException {
        byte[] body = new byte[300_001];
        new Random(8).nextBytes(body);

        Body streamed = Body.streamed("application/x-tar", out -> out.write(body));
        http.send(new Request("POST", TARGET, Optional.of(streamed)), PATIENT).close();

        assertThat(server.asked())
                .singleElement()
                .satisfies(asked -> assertThat(asked.bytes()).isEqualTo(body));
    }

    @Test
    void whyTheBodyCouldNotBeMadeIsWhatIsTold() {
        Body broken = Body.streamed("application/x-tar", out -> {
            throw new IOException("the disk is broken");
        });

        assertThatThrownBy(() -> http.send(new Request("POST", TARGET, Optional.of(broken)), PATIENT))
                .isInstanceOf(IOException.class)
                .hasMessage("the disk is broken");
    }

    @Test
    void whoeverNeverAnswersIsNotWaitedForForEver() throws IOException {
        Path silent = directory.resolve("silent");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(silent));

            assertThatThrownBy(() ->
                            new UnixHttp(silent, "test").send(Request.get(TARGET), Limits.total(Duration.ofMillis(30))))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("has not answered within 0.03 s");
        }
    }

    @Test
    void aMissingSocketAndOneWithoutListenerAreToldApart() throws IOException {
        Path left = directory.resolve("left");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(left));
        }

        assertThatThrownBy(() -> new UnixHttp(left, "test").send(Request.get(TARGET), PATIENT))
                .isInstanceOfSatisfying(
                        UnreachableException.class, e -> assertThat(e.reason()).isEqualTo("nobody listens on it"));
        assertThatThrownBy(() -> new UnixHttp(directory.resolve("none"), "test").send(Request.get(TARGET), PATIENT))
                .isInstanceOfSatisfying(
                        UnreachableException.class, e -> assertThat(e.reason()).isEqualTo("there is no such socket"));
        assertThatThrownBy(() ->
                        new UnixHttp(directory.resolve("x".repeat(108)), "test").send(Request.get(TARGET), PATIENT))
                .isInstanceOf(UnreachableException.class);
    }

    @Test
    void targetsAreEncoded() {
        assertThat(Target.of("v1", "volumes", "db@a/b ü")
                        .with("ref", "db@{2 hours ago}")
                        .with("none", Optional.empty())
                        .with("x", "&=+%"))
                .hasToString("/v1/volumes/db%40a%2Fb%20%C3%BC?ref=db%40%7B2%20hours%20ago%7D&x=%26%3D%2B%25");
        assertThat(Target.of("v1", "volumes", "..")).hasToString("/v1/volumes/%2E%2E");
    }

    private String get() throws IOException {
        try (Response response = http.send(Request.get(TARGET), PATIENT)) {
            return new String(response.bytes(1000), StandardCharsets.UTF_8);
        }
    }
}
