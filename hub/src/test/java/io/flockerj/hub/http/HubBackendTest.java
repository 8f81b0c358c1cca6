package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.hub.access.Authentication;
import io.flockerj.hub.access.TestingAdmission;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.BackendContract;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.backend.hub.HubBackend;
import io.flockerj.store.backend.hub.HubPlace;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub's HTTP keeps what a backend promises, where everything is allowed. */
class HubBackendTest extends BackendContract {
    private static final Supplier<Id> IDS = Id.source(new SecureRandom());
    private static final ObjectName NAME = new ObjectName("a/b");

    @TempDir
    private Path directory;

    private final TestingAdmission admission = new TestingAdmission();
    private final List<HubBackend> opened = new ArrayList<>();
    private TestingCertificates certificates;
    private HubServer server;
    private HubBackend backend;

    @BeforeEach
    void start() throws IOException {
        certificates = new TestingCertificates(directory);
        server = start(0);
        backend = open(Map.of("ca-file", certificates.caFile().toString()));
    }

    private HubServer start(int port) throws IOException {
        DirectoryBackend storage = DirectoryBackend.open(directory.resolve("storage"), IDS);
        return HubServer.start(
                new ServerSettings("localhost", port, Optional.of(certificates.issue()), directory.resolve("spool")),
                (_, _) -> new OpenStorehouse(storage),
                admission,
                () -> {},
                InstantSource.system(),
                IDS);
    }

    private HubBackend open(Map<String, String> options) throws IOException {
        HubBackend made = HubBackend.open(HubPlace.parse("https://localhost:" + server.port() + "/team", options));
        opened.add(made);
        return made;
    }

    @AfterEach
    void stop() {
        opened.forEach(HubBackend::close);
        server.close();
    }

    @Override
    protected Backend backend() {
        return backend;
    }

    private HubBackend withToken(String token) throws IOException {
        Path file = directory.resolve("token");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, token + "\n");
        Map<String, String> options = new HashMap<>();
        options.put("ca-file", certificates.caFile().toString());
        options.put("token-file", file.toString());
        return open(options);
    }

    @Test
    void aPackOfUsualSizeComesBackInParts() throws IOException {
        byte[] piece = new byte[4 << 20];
        Arrays.fill(piece, (byte) 3);
        piece[0] = 1;

        assertThat(backend.create(NAME, List.of(piece, piece, piece, piece, piece, piece, piece, piece)))
                .isTrue();

        assertThat(backend.read(NAME, 4 << 20, 2)).containsExactly(1, 3);
        assertThat(backend.read(NAME, (32 << 20) - 1, 10)).containsExactly(3);
        assertThat(directory.resolve("spool")).isEmptyDirectory();
    }

    @Test
    void whatIsTooLongIsRefusedBeforeItIsSent() {
        byte[] piece = new byte[8 << 20];
        assertThatThrownBy(() ->
                        backend.create(NAME, List.of(piece, piece, piece, piece, piece, piece, piece, piece, piece)))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(UnavailableException.class)
                .hasMessageContaining("75497472 bytes, and may have 67108864");
    }

    @Test
    void aListGoesOnOverManyPages() throws IOException {
        DirectoryBackend storage = DirectoryBackend.open(directory.resolve("storage"), IDS);
        ObjectName folder = new ObjectName("many");
        int number = ObjectRoutes.PAGE + 5;
        Path files = Files.createDirectories(directory.resolve("storage/many"));
        for (int file = 0; file < number; file++) {
            Files.createFile(files.resolve("n" + file));
        }
        assertThat(storage.read(folder.child("n0"), 0, 1)).isEmpty();
        TreeSet<ObjectName> names = new TreeSet<>();
        List<ObjectName> told = new ArrayList<>();

        backend.list(folder, listed -> {
            names.add(listed.name());
            told.add(listed.name());
        });

        assertThat(told).hasSize(number);
        assertThat(names).hasSize(number);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UNKNOWN        | the hub does not know this token
            EXPIRED        | this token has expired: make another
            REVOKED        | this token was revoked: make another
            ACCOUNT_CLOSED | the account of this token was closed
            """)
    void aTokenThatIsNotTakenIsToldWithWhatToDo(Authentication.Reason reason, String message) throws IOException {
        admission.refuse("bad", reason);
        HubBackend refused = withToken("bad");

        assertThatThrownBy(() -> refused.read(NAME, 0, 1))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(UnavailableException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("put a token that the hub takes into the token-file " + directory)
                .hasMessageNotContaining(" bad");
    }

    @Test
    void aTokenFileThatOthersMayReadIsNotUsed() throws IOException {
        HubBackend with = withToken("alice");
        Files.setPosixFilePermissions(directory.resolve("token"), PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> with.read(NAME, 0, 1)).hasMessageContaining("chmod 600");
    }

    @Test
    void aTokenFileWithoutATokenIsToldWithoutItsContent() throws IOException {
        HubBackend with = withToken("not a token");

        assertThatThrownBy(() -> with.read(NAME, 0, 1))
                .hasMessageContaining("there is no token in the token-file")
                .hasMessageNotContaining("not a token");
    }

    @Test
    void aHubWhoseCertificateIsNotTrustedGetsNothing() throws IOException {
        HubBackend trusting = open(Map.of());

        assertThatThrownBy(() -> trusting.read(NAME, 0, 1))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(UnavailableException.class)
                .hasMessageContaining("ca-file");
    }

    @Test
    void aCertificateForAnotherNameIsToldApartFromOneThatNobodyTrusts() throws IOException {
        try (HubBackend byAddress = HubBackend.open(HubPlace.parse(
                "https://127.0.0.1:" + server.port() + "/team",
                Map.of("ca-file", certificates.caFile().toString())))) {
            assertThatThrownBy(() -> byAddress.read(NAME, 0, 1))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(UnavailableException.class)
                    .hasMessageContaining("for another name")
                    .hasMessageNotContaining("ca-file");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionThatIsClosedInItsHandshakeIsWorthAnotherTry(boolean isReset) throws IOException {
        try (ServerSocket closing = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                HubBackend busy = HubBackend.open(HubPlace.parse(
                        "https://localhost:" + closing.getLocalPort() + "/team",
                        Map.of("ca-file", certificates.caFile().toString())))) {
            Thread.ofVirtual().start(() -> closeAll(closing, isReset));

            assertThatThrownBy(() -> busy.swap(NAME, Optional.empty(), bytes("x")))
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.isInDoubt()).isFalse())
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

    @Test
    void aHubThatIsGoneIsWorthAnotherTry() {
        server.close();

        assertThatThrownBy(() -> backend.create(NAME, List.of(bytes("x")))).isInstanceOf(UnavailableException.class);
    }

    @Test
    void aHubThatWasStartedAnewGoesOn() throws IOException {
        backend.create(NAME, List.of(bytes("x")));
        int port = server.port();
        server.close();
        server = start(port);
        // A connection that was kept may be found broken once.
        HubBackend later = open(Map.of("ca-file", certificates.caFile().toString()));

        assertThat(later.read(NAME, 0, 5)).isEqualTo(bytes("x"));
    }

    @Test
    void whatAHubThatWasKilledLeftInTheSpoolIsRemoved() throws IOException {
        Files.writeString(directory.resolve("spool/left"), "half");
        int port = server.port();
        server.close();
        server = start(port);

        assertThat(directory.resolve("spool")).isEmptyDirectory();
    }
}
