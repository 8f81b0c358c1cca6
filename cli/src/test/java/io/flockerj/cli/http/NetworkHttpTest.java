package io.flockerj.cli.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.cli.testing.FakeHub;
import io.flockerj.cli.testing.FakeServer.Said;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkHttpTest {
    private static final Limits PATIENT = Limits.idle(Duration.ofMinutes(1));
    private static final Target TARGET = Target.of("api", "v1", "me");
    // Alerts (RFC 8446, section 6).
    private static final byte HANDSHAKE_FAILURE = 40;
    private static final byte PROTOCOL_VERSION = 70;

    @TempDir
    private static Path directory;

    private static FakeHub server;

    @BeforeAll
    static void start() throws IOException {
        server = FakeHub.start(directory, asked -> Said.json(200, "{\"a\":1}"));
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static NetworkHttp http(String url, Optional<Path> caFile) {
        return new NetworkHttp(Origin.of(url), caFile, "test");
    }

    @Test
    void aServerWhoseCertificateIsTrustedIsToldWhoAsks() throws IOException {
        server.forget();
        NetworkHttp http = http(server.url(), Optional.of(server.certificate()));

        try (Response response = http.send(Request.get(TARGET), Optional.of("flkt_1"), PATIENT)) {
            assertThat(new String(response.bytes(100), StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
        }

        assertThat(server.asked()).singleElement().satisfies(asked -> {
            assertThat(asked).hasToString("GET /api/v1/me");
            assertThat(asked.authorization()).isEqualTo("Bearer flkt_1");
        });
    }

    @Test
    void aServerWhoseCertificateNobodyVouchesForIsAskedNothing() {
        server.forget();

        assertThatThrownBy(() ->
                        http(server.url(), Optional.empty()).send(Request.get(TARGET), Optional.of("flkt_1"), PATIENT))
                .hasMessageContaining("certificate of " + server.url() + " is not trusted: give --ca-file");
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void aCertificateForAnotherHostIsNotEnough() {
        server.forget();
        String byAddress = server.url().replace("localhost", "127.0.0.1");

        assertThatThrownBy(() -> http(byAddress, Optional.of(server.certificate()))
                        .send(Request.get(TARGET), Optional.of("flkt_1"), PATIENT))
                .hasMessageContaining("certificate of " + byAddress + " is for another name");
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void aCaFileWithoutCertificatesIsTold() throws IOException {
        Path none = Files.writeString(directory.resolve("none.pem"), "");

        assertThatThrownBy(() ->
                        http(server.url(), Optional.of(none)).send(Request.get(TARGET), Optional.empty(), PATIENT))
                .hasMessageContaining("no certificate in the CA file " + none);
    }

    @Test
    void aServerThatIsNotThereIsTold() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        String url = "https://localhost:" + free;

        assertThatThrownBy(() -> http(url, Optional.empty()).send(Request.get(TARGET), Optional.empty(), PATIENT))
                .isInstanceOf(NoAnswerException.class)
                .hasMessageContaining("cannot reach the hub at " + url + ": nothing answers there");
    }

    @Test
    void whatDoesNotSpeakTlsIsTold() throws IOException {
        try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerAll(plain));

            assertThatThrownBy(() -> http("https://localhost:" + plain.getLocalPort(), Optional.empty())
                            .send(Request.get(TARGET), Optional.empty(), PATIENT))
                    .hasMessageContaining("does not speak TLS");
        }
    }

    private static void answerAll(ServerSocket plain) {
        try {
            while (true) {
                try (var connection = plain.accept()) {
                    connection.getInputStream().read();
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException closed) {
            // It is over.
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionThatIsClosedInItsHandshakeIsNoMatterOfTrust(boolean isReset) throws IOException {
        try (ServerSocket closing = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> closeAll(closing, isReset));
            String url = "https://localhost:" + closing.getLocalPort();

            assertThatThrownBy(
                            () -> http(url, Optional.empty()).send(Request.get(TARGET), Optional.of("flkt_1"), PATIENT))
                    .isInstanceOf(NoAnswerException.class)
                    .hasMessageContaining("cannot reach the hub at " + url)
                    .hasMessageNotContaining("certificate");
        }
    }

    private static void closeAll(ServerSocket closing, boolean isReset) {
        try {
            while (true) {
                try (Socket connection = closing.accept()) {
                    // Unread bytes would make a reset of every end.
                    connection.getInputStream().readNBytes(5);
                    connection
                            .getInputStream()
                            .skipNBytes(connection.getInputStream().available());
                    connection.setSoLinger(isReset, 0);
                }
            }
        } catch (IOException closed) {
            // It is over.
        }
    }

    /** Such as one that stands before the hub and knows none of the versions of TLS that this JDK does. */
    @ParameterizedTest
    @ValueSource(bytes = {HANDSHAKE_FAILURE, PROTOCOL_VERSION})
    void aServerThatDoesNotAgreeOnTlsIsNotTakenForBusy(byte alert) throws IOException {
        try (ServerSocket refusing = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> alertAll(refusing, alert));
            String url = "https://localhost:" + refusing.getLocalPort();

            assertThatThrownBy(
                            () -> http(url, Optional.empty()).send(Request.get(TARGET), Optional.of("flkt_1"), PATIENT))
                    .isNotInstanceOf(NoAnswerException.class)
                    .hasMessageContaining("it does not agree with " + url + " on TLS")
                    .hasMessageNotContaining("busy");
        }
    }

    private static void alertAll(ServerSocket refusing, byte alert) {
        try {
            while (true) {
                try (Socket connection = refusing.accept()) {
                    connection.getInputStream().readNBytes(5);
                    connection
                            .getInputStream()
                            .skipNBytes(connection.getInputStream().available());
                    // A record of TLS 1.2 with an alert that is fatal (RFC 8446, section 6).
                    connection.getOutputStream().write(new byte[] {21, 3, 3, 0, 2, 2, alert});
                }
            }
        } catch (IOException closed) {
            // It is over.
        }
    }

    @Test
    void aServerThatSaysNothingIsWaitedForNoLongerThanItsLimit() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> http("http://localhost:" + silent.getLocalPort(), Optional.empty())
                            .send(Request.get(TARGET), Optional.empty(), Limits.total(Duration.ofMillis(100))))
                    .isInstanceOf(NoAnswerException.class)
                    .hasMessageContaining("has not answered within 0.1 s; what was asked for may still be done");
        }
    }

    @Test
    void whatIsNoTokenNeverComesIntoAHeader() {
        assertThatThrownBy(() -> http(server.url(), Optional.of(server.certificate()))
                        .send(Request.get(TARGET), Optional.of("a\r\nX: y"), PATIENT))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
