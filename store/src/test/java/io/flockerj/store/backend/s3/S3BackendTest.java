package io.flockerj.store.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.FullException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.StreamingBackend.Part;
import io.flockerj.store.backend.StreamingBackendContract;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.backend.Version;
import io.flockerj.store.backend.s3.FakeS3.Flaw;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class S3BackendTest extends StreamingBackendContract {
    private static final ObjectName NAME = new ObjectName("a/b");
    private static final Supplier<Id> IDS = Id.source(new SecureRandom());
    private static final String SECRET = "topsecret";
    private static final S3Timeouts SHORT =
            new S3Timeouts(Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofMillis(600), 1L << 30);

    private final FakeS3 store = newStore();
    private final List<S3Backend> opened = new ArrayList<>();

    @TempDir
    private Path directory;

    private static FakeS3 newStore() {
        try {
            return new FakeS3();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void writeCredentials() throws IOException {
        Files.writeString(directory.resolve("credentials"), """
                [default]
                aws_access_key_id = KEY
                aws_secret_access_key = %s
                [empty]
                """.formatted(SECRET));
    }

    @AfterEach
    void close() {
        opened.forEach(S3Backend::close);
        store.close();
    }

    @Override
    protected StreamingBackend streaming() throws IOException {
        return open();
    }

    private S3Backend open() throws IOException {
        return open(store.address(), S3Timeouts.USUAL, Map.of());
    }

    private S3Backend open(URI endpoint, S3Timeouts timeouts, Map<String, String> more) throws IOException {
        Map<String, String> options = new HashMap<>(Map.of(
                "endpoint",
                endpoint.toString(),
                "credentials-file",
                directory.resolve("credentials").toString()));
        options.putAll(more);
        S3Backend backend = new S3Backend(S3Place.parse("s3://bucket/pre/fix", options), timeouts, IDS);
        opened.add(backend);
        return backend;
    }

    @Test
    void allIsBelowThePrefix() throws IOException {
        open().create(NAME, List.of(bytes("x")));

        assertThat(store.keys()).containsExactly("pre/fix/a/b");
    }

    @Test
    void aListOfManyPagesIsToldWhole() throws IOException {
        List<ObjectName> names = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            names.add(NAME.child("" + i));
            open().create(names.get(i), List.of());
        }
        List<ObjectName> told = new ArrayList<>();

        open().list(new ObjectName("a"), each -> told.add(each.name()));

        assertThat(told).containsExactlyInAnyOrderElementsOf(names);
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPARES_QUOTES", "WANTS_QUOTES"})
    void eitherSpellingOfEntityTagsIsFoundWithoutAProbe(Flaw flaw) throws IOException {
        store.with(flaw);
        Version first = open().swap(NAME, Optional.empty(), bytes("1")).orElseThrow();

        Optional<Version> second = open().swap(NAME, Optional.of(first), bytes("2"));

        assertThat(second).isPresent();
        S3Backend backend = open();
        assertThat(backend.swap(NAME, Optional.of(first), bytes("3"))).isEmpty();
        assertThat(backend.swap(NAME, second, bytes("4"))).isPresent();
        assertThat(store.keys()).containsExactly("pre/fix/a/b");
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPARES_QUOTES", "WANTS_QUOTES"})
    void aProbeLeavesNothing(Flaw flaw) throws IOException {
        store.with(flaw);

        open().probe();

        assertThat(store.keys()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            IGNORES_IF_NONE_MATCH        | writes over an object that is there
            IGNORES_IF_MATCH             | does not replace an object only if it is as it was
            NEVER_MATCHES                | does not replace an object only if it is as it was
            KEEPS_VERSIONS               | keeps versions
            HIDES_THAT_IT_KEEPS_VERSIONS | keeps versions
            LISTS_NOTHING                | does not list
            IGNORES_RANGES               | another
            HAS_NO_TAGS                  | no entity tags
            IS_NO_S3                     | does not seem to speak S3
            """)
    void aStoreThatCannotHoldARepositoryIsRefusedWithTheReasonAndNothingIsLeft(Flaw flaw, String reason)
            throws IOException {
        store.with(flaw);

        assertThatThrownBy(() -> open().probe())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("s3://bucket/pre/fix at http://127.0.0.1")
                .hasMessageContaining(reason);

        assertThat(store.keys()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            404 | NoSuchBucket          | there is no bucket bucket
            403 | AccessDenied          | not allowed: the credentials need s3:GetObject
            403 | ''                    | not allowed
            403 | InvalidAccessKeyId    | does not take the credentials
            403 | SignatureDoesNotMatch | does not take the credentials
            400 | ExpiredToken          | have expired
            403 | RequestTimeTooSkewed  | clocks of this host and of the store differ by more than 15 minutes
            301 | PermanentRedirect     | in another region, eu-west-7: give the option region
            400 | AuthorizationHeaderMalformed | in another region
            403 | QuotaExceeded         | full, or a quota is
            507 | ''                    | full
            501 | NotImplemented        | needs conditional writes
            400 | ''                    | does not seem to speak S3
            404 | ''                    | does not seem to speak S3
            400 | InvalidRequest        | refused it
            """)
    void anErrorIsExplainedAndNotTriedAgain(int status, String code, String reason) throws IOException {
        store.always(status, code, Map.of("x-amz-bucket-region", "eu-west-7"));
        S3Backend backend = open();

        for (Call call : calls(backend)) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(UnavailableException.class)
                    .hasMessageContaining("s3://bucket/pre/fix")
                    .hasMessageContaining(reason)
                    .hasMessageContaining("" + status)
                    .hasMessageNotContaining(SECRET);
        }
        assertThat(store.requests).hasValue(8);
    }

    @Test
    void aFullStoreIsToldApart() throws IOException {
        store.always(403, "QuotaExceeded", Map.of());
        S3Backend backend = open();

        assertThatThrownBy(() -> backend.create(NAME, List.of(bytes("x")))).isInstanceOf(FullException.class);
    }

    @ParameterizedTest
    @CsvSource({"500,InternalError,true", "502,'',true", "503,SlowDown,false", "429,'',false", "400,BadDigest,false"})
    void whatIsWorthAnotherTryIsToldApartAndNotTriedAgainHere(int status, String code, boolean inDoubt)
            throws IOException {
        store.always(status, code, Map.of());
        S3Backend backend = open();

        assertThatThrownBy(() -> backend.create(NAME, List.of(bytes("x"))))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.isInDoubt()).isEqualTo(inDoubt))
                .hasMessageContaining("write a/b");
        assertThat(store.requests).hasValue(1);
    }

    private interface Call {
        void run() throws IOException;
    }

    private List<Call> calls(StreamingBackend backend) {
        return List.of(
                () -> backend.read(NAME, 0, 1),
                () -> backend.open(NAME, 0, 1).close(),
                () -> backend.create(NAME, List.of(bytes("x"))),
                () -> backend.create(NAME, directory.resolve("credentials")),
                () -> backend.list(NAME, each -> {}),
                () -> backend.delete(NAME),
                () -> backend.value(NAME),
                () -> backend.swap(NAME, Optional.of(new Version("v")), bytes("x")));
    }

    @Test
    void aStoreThatKnowsNoVersionsKeepsNone() throws IOException {
        store.answers.add(new FakeS3.Answer(501, "NotImplemented", Map.of()));

        open().probe();

        assertThat(store.keys()).isEmpty();
    }

    @Test
    void whoLosesARaceIsToldSoThoughTheStoreSaysThatItFailed() throws IOException {
        S3Backend backend = open();
        Version first = backend.swap(NAME, Optional.empty(), bytes("1")).orElseThrow();
        store.answers.add(new FakeS3.Answer(500, "UnknownError", Map.of()));
        assertThatThrownBy(() -> backend.swap(NAME, Optional.of(first), bytes("2")))
                .isInstanceOf(UnavailableException.class);
        backend.swap(NAME, Optional.of(first), bytes("another"));

        store.answers.add(new FakeS3.Answer(500, "UnknownError", Map.of()));
        assertThat(backend.swap(NAME, Optional.of(first), bytes("3"))).isEmpty();

        store.answers.add(new FakeS3.Answer(409, "ConditionalRequestConflict", Map.of()));
        assertThat(backend.swap(NAME, Optional.of(first), bytes("4"))).isEmpty();

        store.answers.add(new FakeS3.Answer(404, "NoSuchKey", Map.of()));
        assertThat(backend.swap(NAME, Optional.of(first), bytes("5"))).isEmpty();
    }

    @Test
    void anAnswerThatBreaksOffIsNotTakenForAll() throws IOException {
        open().create(NAME, List.of(bytes("0123456789")));
        store.with(Flaw.BREAKS_OFF);

        assertThatThrownBy(() -> open().read(NAME, 0, 100)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> open().value(NAME)).isInstanceOf(UnavailableException.class);
        S3Backend backend = open();
        assertThatThrownBy(() -> {
                    try (Part part = backend.open(NAME, 0, 100)) {
                        part.bytes().readAllBytes();
                    }
                })
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("cannot read a/b in s3://bucket/pre/fix");
    }

    @Test
    void aStoreThatStopsInTheMiddleIsWaitedForNotLongerThanWanted() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            S3Backend backend = open(URI.create("http://127.0.0.1:" + socket.getLocalPort()), SHORT, Map.of());
            Thread store = Thread.ofVirtual().start(() -> answer(socket, Duration.ofMinutes(1)));
            try (Part part = backend.open(NAME, 0, 1000)) {
                assertThatThrownBy(() -> part.bytes().readAllBytes()).isInstanceOf(UnavailableException.class);
            }
            store.interrupt();
        }
    }

    @Test
    void aStoreThatSendsDropByDropIsWaitedForNotLongerThanWanted() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            S3Backend backend = open(URI.create("http://127.0.0.1:" + socket.getLocalPort()), SHORT, Map.of());
            Thread store = Thread.ofVirtual().start(() -> answer(socket, Duration.ofMillis(50)));
            try (Part part = backend.open(NAME, 0, 1000)) {
                assertThatThrownBy(() -> part.bytes().readAllBytes())
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("too slowly");
            }
            store.interrupt();
        }
    }

    /** Begins to answer with 1000 bytes, and sends one of them after each pause. */
    private static void answer(ServerSocket socket, Duration pause) {
        try (Socket connection = socket.accept();
                OutputStream out = connection.getOutputStream()) {
            out.write(bytes("""
                HTTP/1.1 206 Partial Content\r
                ETag: "e"\r
                Content-Length: 1000\r
                Content-Range: bytes 0-999/1000\r
                \r
                """));
            for (int sent = 0; sent < 1000; sent++) {
                Thread.sleep(pause); // tidy: that the store is slow is what is tried
                out.write(sent);
                out.flush();
            }
        } catch (IOException _) {
            // The other side has had enough.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aFileThatCannotBeReadIsNotTheStoresFault() throws IOException {
        S3Backend backend = open();

        assertThatThrownBy(() -> backend.create(NAME, directory.resolve("gone")))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(store.keys()).isEmpty();
    }

    @Test
    void somethingTooLargeIsNoValue() throws IOException {
        open().create(NAME, List.of(new byte[Backend.LONGEST_VALUE + 1]));

        assertThatThrownBy(() -> open().value(NAME)).hasMessageContaining("it is not a value");
    }

    @Test
    void aStoreThatDoesNotAnswerIsWaitedForNotLongerThanWanted() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            S3Backend backend = open(URI.create("http://127.0.0.1:" + silent.getLocalPort()), SHORT, Map.of());

            for (Call call : calls(backend)) {
                assertThatThrownBy(call::run)
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("127.0.0.1");
            }
        }
    }

    @Test
    void aStoreThatDoesNotTakeTheContentIsWaitedForNotLongerThanWanted() throws IOException {
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            S3Backend backend = open(URI.create("http://127.0.0.1:" + deaf.getLocalPort()), SHORT, Map.of());
            byte[] piece = new byte[8 << 20];

            assertThatThrownBy(() -> backend.create(NAME, List.of(piece, piece, piece, piece)))
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.isInDoubt()).isTrue());
        }
    }

    @Test
    void whereNobodyAnswersNothingHasHappened() throws IOException {
        ServerSocket gone = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        gone.close();
        S3Backend nobody = open(URI.create("http://127.0.0.1:" + gone.getLocalPort()), SHORT, Map.of());
        S3Backend nowhere = open(URI.create("http://nowhere.invalid"), SHORT, Map.of());

        assertThatThrownBy(() -> nobody.delete(NAME))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.isInDoubt()).isFalse())
                .hasMessageContaining("nothing answers");
        assertThatThrownBy(() -> nowhere.delete(NAME))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("nowhere.invalid: look at the endpoint");
    }

    @Test
    void missingCredentialsAreNamedWithTheirPlace() throws IOException {
        S3Backend backend = open(store.address(), SHORT, Map.of("profile", "empty"));

        assertThatThrownBy(() -> backend.read(NAME, 0, 1))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(UnavailableException.class)
                .hasMessageContaining("cannot read a/b in s3://bucket/pre/fix")
                .hasMessageContaining("finds no credentials in " + directory.resolve("credentials") + " under [empty]")
                .hasMessageNotContaining(SECRET);
        assertThatThrownBy(() -> open(store.address(), SHORT, Map.of("credentials-file", "/no/such")))
                .hasMessageContaining("/no/such");
    }

    @Test
    void whoIsInterruptedStopsAndStaysInterrupted() throws IOException {
        S3Backend backend = open();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> backend.read(NAME, 0, 1)).isInstanceOf(InterruptedIOException.class);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anUnknownCertificateIsRefusedUnlessItsSignerIsNamed() throws Exception {
        Path keys = directory.resolve("keys.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "store",
                "-keyalg",
                "EC",
                "-dname",
                "CN=store",
                "-ext",
                "san=ip:127.0.0.1",
                keys);
        Path pem = directory.resolve("ca.pem");
        keytool("-exportcert", "-alias", "store", "-rfc", "-file", pem, keys);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(keys)));
        try (FakeS3 secure = new FakeS3(server)) {
            URI address = URI.create("https://127.0.0.1:" + secure.port());

            assertThatThrownBy(() -> open(address, S3Timeouts.USUAL, Map.of()).create(NAME, List.of()))
                    .isNotInstanceOf(UnavailableException.class)
                    .hasMessageContaining("give the option ca-file");

            S3Backend trusting = open(address, S3Timeouts.USUAL, Map.of("ca-file", pem.toString()));
            assertThat(trusting.create(NAME, List.of(bytes("abc")))).isTrue();
            assertThat(trusting.read(NAME, 1, 5)).isEqualTo(bytes("bc"));
            assertThat(trusting.create(NAME.child("file"), directory.resolve("credentials")))
                    .isTrue();
            assertThat(secure.digests).as("contents that came with their MD5").hasValue(2);
        }
    }

    @Test
    void aFileWithoutCertificatesIsNoCaFile() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.pem"));

        assertThatThrownBy(() -> open(URI.create("https://h"), SHORT, Map.of("ca-file", empty.toString())))
                .hasMessageContaining(empty.toString())
                .hasMessageContaining("PEM");
    }

    private static void keytool(Object... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        for (Object argument : List.of(arguments).subList(0, arguments.length - 1)) {
            command.add(argument.toString());
        }
        command.addAll(List.of("-keystore", arguments[arguments.length - 1].toString(), "-storepass", SECRET));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        byte[] said = process.getInputStream().readAllBytes();
        assertThat(process.waitFor())
                .as(new String(said, StandardCharsets.UTF_8))
                .isZero();
    }

    private static SSLContext tls(Path keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, SECRET.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, SECRET.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }
}
