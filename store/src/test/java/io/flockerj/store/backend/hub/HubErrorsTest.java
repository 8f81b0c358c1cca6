package io.flockerj.store.backend.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.backend.UnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the JDK's client fails with where no connection is made secure, and what is said of it. */
class HubErrorsTest {
    // Alerts (RFC 8446, section 6).
    private static final byte HANDSHAKE_FAILURE = 40;
    private static final byte PROTOCOL_VERSION = 70;

    private final HubErrors errors = new HubErrors(HubPlace.parse("https://hub.example/team", Map.of()));

    @ParameterizedTest
    @ValueSource(bytes = {HANDSHAKE_FAILURE, PROTOCOL_VERSION})
    void aServerThatDoesNotAgreeOnTlsIsNotAskedAgain(byte alert) throws Exception {
        // A record of TLS 1.2 with an alert that is fatal.
        IOException explained = explained(new byte[] {21, 3, 3, 0, 2, 2, alert});

        assertThat(explained)
                .isNotInstanceOf(UnavailableException.class)
                .hasMessageContaining("it does not agree with the hub on TLS");
    }

    @Test
    void aConnectionThatIsClosedInItsHandshakeIsTriedAgain() throws Exception {
        assertThat(explained(new byte[0]))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("the hub may be busy");
    }

    /** What is said of a server that answers so to the first that it is told, and closes the connection. */
    private IOException explained(byte[] answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                HttpClient client = HttpClient.newHttpClient()) {
            Thread.ofVirtual().start(() -> answerAll(server, answer));
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + server.getLocalPort()))
                    .build();
            try {
                client.send(request, HttpResponse.BodyHandlers.discarding());
            } catch (IOException e) {
                return errors.unanswered("read a/b", false, e);
            }
            throw new AssertionError("it was answered");
        }
    }

    private static void answerAll(ServerSocket server, byte[] answer) {
        try {
            while (true) {
                try (Socket connection = server.accept()) {
                    connection.getInputStream().readNBytes(5);
                    connection
                            .getInputStream()
                            .skipNBytes(connection.getInputStream().available());
                    connection.getOutputStream().write(answer);
                }
            }
        } catch (IOException closed) {
            // It is over.
        }
    }
}
