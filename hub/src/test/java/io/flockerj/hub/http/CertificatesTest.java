package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.hub.access.TestingAdmission;
import io.flockerj.hub.http.ServerSettings.TlsFiles;
import io.flockerj.store.backend.directory.DirectoryBackend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A certificate is replaced while the hub runs. */
@Timeout(60)
class CertificatesTest {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

    @TempDir
    private Path directory;

    private TestingCertificates certificates;
    private HubServer server;

    @BeforeEach
    void start() throws IOException {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        certificates = new TestingCertificates(directory);
        server = start(certificates.issue());
    }

    private HubServer start(TlsFiles files) throws IOException {
        DirectoryBackend storage = DirectoryBackend.open(directory.resolve("storage"), TestingServer.IDS);
        TestingAdmission admission = new TestingAdmission();
        return HubServer.start(
                new ServerSettings("127.0.0.1", 0, Optional.of(files), directory.resolve("spool")),
                (_, _) -> new OpenStorehouse(storage),
                admission,
                () -> {},
                now::get,
                TestingServer.IDS);
    }

    @AfterEach
    void stop() {
        server.close();
        System.setErr(before);
    }

    private void later() {
        now.updateAndGet(time -> time.plus(Certificates.LOOK));
    }

    /** A new connection, as of a client that has never been there. */
    private SSLSocket connect() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(certificates.caFile())) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout((int) RawClient.PATIENCE.toMillis());
        socket.startHandshake();
        return socket;
    }

    private static BigInteger shown(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }

    private BigInteger shown() throws IOException, GeneralSecurityException {
        try (SSLSocket socket = connect()) {
            return shown(socket);
        }
    }

    private static String ask(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readNBytes(15), StandardCharsets.US_ASCII);
    }

    @Test
    void aConnectionAfterTheChangeSeesTheNewOneAndOneFromBeforeGoesOn() throws Exception {
        try (SSLSocket old = connect()) {
            BigInteger first = shown(old);
            assertThat(ask(old)).isEqualTo("HTTP/1.1 200 OK");

            certificates.issue();
            assertThat(shown()).as("before the hub has looked").isEqualTo(first);
            later();
            assertThat(shown()).isEqualTo(first.add(BigInteger.ONE));
            later();
            assertThat(shown()).isEqualTo(first.add(BigInteger.ONE));
            assertThat(log.toString(StandardCharsets.UTF_8)).containsOnlyOnce("certificate was read anew");
        }
    }

    @Test
    void aBrokenFileKeepsTheOldOneUntilItIsMended() throws Exception {
        BigInteger first = shown();
        TlsFiles files = certificates.issue();
        String whole = Files.readString(files.certificate());
        Files.writeString(files.certificate(), whole.substring(0, whole.length() / 2));
        later();

        assertThat(shown()).isEqualTo(first);
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("cannot be read anew; the old one is kept");

        Files.writeString(files.certificate(), whole);
        later();
        assertThat(shown()).isEqualTo(first.add(BigInteger.ONE));
    }

    @Test
    void aCertificateWithoutItsKeyKeepsTheOldOne() throws Exception {
        BigInteger first = shown();
        TlsFiles files = certificates.issue();
        String key = Files.readString(files.key());
        certificates.issue();
        Files.writeString(files.key(), key);
        later();

        assertThat(shown()).isEqualTo(first);
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("cannot be read anew; the old one is kept");
    }

    @Test
    void filesThatAreGoneKeepTheOldOne() throws Exception {
        BigInteger first = shown();
        TlsFiles files = certificates.issue();
        Files.delete(files.key());
        later();

        assertThat(shown()).isEqualTo(first);
    }

    @Test
    void aHubDoesNotStartWithFilesThatMakeNoSense() throws Exception {
        TlsFiles files = certificates.issue();
        Files.writeString(files.key(), "nothing of use");

        assertThatThrownBy(() -> start(files)).isInstanceOf(IOException.class).hasMessageContaining("openssl pkcs8");
    }
}
