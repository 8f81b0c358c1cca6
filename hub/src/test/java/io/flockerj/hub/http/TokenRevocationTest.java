package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.flockerj.store.backend.hub.HubBackend;
import io.flockerj.store.backend.hub.HubPlace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host gives its token back as the hub's API has it: {@code DELETE /api/v1/session}. */
class TokenRevocationTest {
    private static final int DONE = 204;

    @TempDir
    private Path directory;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private TestingCertificates certificates;
    private HttpsServer server;
    private volatile int status = DONE;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        certificates = new TestingCertificates(directory);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(certificates.issue())));
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    private static SSLContext context(ServerSettings.TlsFiles files) throws IOException, GeneralSecurityException {
        String key = Files.readString(files.key()).replaceAll("-----[A-Z ]+-----", "");
        PrivateKey secret = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key)));
        Certificate certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(files.certificate())));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("hub", secret, new char[0], new Certificate[] {certificate});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void revoke() throws IOException {
        Path token = directory.resolve("token");
        Files.deleteIfExists(token);
        Files.createFile(token, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(token, "flkt_1234");
        HubPlace place = HubPlace.parse(
                "https://localhost:" + server.getAddress().getPort() + "/team",
                Map.of("ca-file", certificates.caFile().toString()));
        try (HubBackend hub = HubBackend.open(place.withToken(token))) {
            hub.revokeToken();
        }
    }

    @Test
    void theTokenItselfSaysWhichOneIsMeant() throws IOException {
        revoke();

        assertThat(asked).containsExactly("DELETE /api/v1/session Bearer flkt_1234");
    }

    @Test
    void oneThatTheHubDoesNotTakeAnyMoreIsRevokedAlready() {
        status = 401;

        assertThatCode(this::revoke).doesNotThrowAnyException();
    }

    @Test
    void aHubThatDoesNotDoItIsAnError() {
        status = 503;

        assertThatThrownBy(this::revoke).hasMessageContaining("cannot revoke the token on https://localhost");
    }
}
