package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.limit.Limits;
import io.flockerj.hub.limit.Network;
import io.flockerj.store.backend.CaFile;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.directory.DirectoryBackend;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When connections begin, and when they end. */
@Timeout(60)
class ConnectionsTest {
    /** Nothing here ends for having taken long, within a test. */
    private static final Pace PATIENT = new Pace(Duration.ofMinutes(10), Duration.ofMinutes(10), 1);

    private static final String OBJECT = "/api/v1/owners/team/objects/a/b";

    @TempDir
    private Path directory;

    private TestingServer server;

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

    private static boolean isServed(RawClient client) {
        try {
            client.send(TestingServer.get("/livez"));
            return client.body(client.head()).equals("ok\n");
        } catch (IOException _) {
            return false; // closed
        }
    }

    private TestingServer limited(List<Network> proxies) throws IOException {
        return new TestingServer(
                directory.resolve("limited"),
                directory.resolve("limited-spool"),
                new Limits(0, 0, 1, 1, 2, Duration.ofMinutes(1)),
                PATIENT,
                proxies);
    }

    @Test
    void whoHasAllConnectionsOfAnAddressGetsNoMoreUntilOneIsClosed() throws Exception {
        try (TestingServer limited = limited(List.of());
                RawClient second = limited.client()) {
            try (RawClient first = limited.client()) {
                assertThat(isServed(first)).isTrue();
                assertThat(isServed(second)).isTrue();
                try (RawClient third = limited.client()) {
                    assertThat(isServed(third)).isFalse();
                }
                assertThat(limited.refused).containsExactly("too-many-connections");
                assertThat(isServed(first)).as("others are none the worse").isTrue();
            }
            assertThat(isServedSoon(limited)).isTrue();
        }
    }

    /** The hub has to notice first that somebody is gone. */
    private static boolean isServedSoon(TestingServer server) throws IOException {
        long deadline = System.nanoTime() + RawClient.PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try (RawClient again = server.client()) {
                if (isServed(again)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void aTrustedProxyIsNotRefused() throws Exception {
        try (TestingServer limited = limited(List.of(Network.parse("127.0.0.1")));
                RawClient first = limited.client();
                RawClient second = limited.client();
                RawClient third = limited.client()) {
            assertThat(List.of(isServed(first), isServed(second), isServed(third)))
                    .containsOnly(true);
        }
    }

    /** One whose handshakes may take 2 s. */
    private HubServer secure(TestingCertificates certificates) throws IOException {
        return HubServer.start(
                new ServerSettings(
                        "127.0.0.1",
                        0,
                        Optional.of(certificates.issue()),
                        directory.resolve("secure"),
                        new Limits(0, 0, 1, 1, 0, Duration.ofSeconds(2)),
                        PATIENT,
                        List.of()),
                (_, _) -> {
                    throw new AssertionError("nobody asks");
                },
                server.admission,
                () -> {},
                InstantSource.system(),
                TestingServer.IDS);
    }

    @Test
    void aHandshakeThatTakesTooLongIsNotWaitedForAndWhoIsThroughStays() throws Exception {
        TestingCertificates certificates = new TestingCertificates(directory);
        try (HubServer secure = secure(certificates);
                Socket through = CaFile.context(certificates.caFile())
                        .getSocketFactory()
                        .createSocket("localhost", secure.port());
                RawClient silent = new RawClient(secure.port());
                RawClient slow = new RawClient(secure.port())) {
            ((SSLSocket) through).startHandshake();
            assertThat(silent.rest()).isEmpty();
            slow.send(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 252}); // the beginning of a ClientHello of 512 bytes
            slow.dribble();

            through.getOutputStream()
                    .write(TestingServer.get("/livez", "Connection: close").getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(through.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("ok\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aHandshakeThatTheCallerNeverFinishesIsNotWaitedFor(String protocol) throws Exception {
        TestingCertificates certificates = new TestingCertificates(directory);
        SSLEngine engine = CaFile.context(certificates.caFile()).createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {protocol});
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        try (HubServer secure = secure(certificates);
                RawClient unfinished = new RawClient(secure.port())) {
            unfinished.send(Arrays.copyOf(hello.array(), hello.position()));

            assertThat(unfinished.rest()).as("the hub's own part, and the end").isNotEmpty();
        }
    }
}
