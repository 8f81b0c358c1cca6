package io.flockerj.cli.testing;

import io.flockerj.cli.testing.FakeServer.Asked;
import io.flockerj.cli.testing.FakeServer.Said;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/** An HTTPS server on localhost that answers what it is told to, and remembers what it was asked. */
public final class FakeHub implements AutoCloseable {
    private static final String PASSWORD = "changeit";
    private static final String ALIAS = "hub";

    private static @Nullable KeyStore made;

    private final SSLServerSocket server;
    private final Path certificate;
    private final List<Asked> asked = new ArrayList<>();
    private final Function<Asked, Said> answers;
    private final Thread accepting = Thread.ofVirtual().unstarted(this::accept);

    private FakeHub(SSLServerSocket server, Path certificate, Function<Asked, Said> answers) {
        this.server = server;
        this.certificate = certificate;
        this.answers = answers;
    }

    /** Whose certificate, for localhost, it signs itself. */
    public static FakeHub start(Path directory, Function<Asked, Said> answers) throws IOException {
        Path certificate = directory.resolve("hub.pem");
        try {
            KeyStore store = keys(directory);
            Files.writeString(certificate, pem(store));
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            SSLServerSocket socket = (SSLServerSocket)
                    context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            FakeHub hub = new FakeHub(socket, certificate, answers);
            hub.accepting.start();
            return hub;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Made once: it takes a second. */
    private static synchronized KeyStore keys(Path directory) throws IOException, GeneralSecurityException {
        if (made == null) {
            Path file = directory.resolve("hub.p12");
            keytool(file, "-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost");
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD.toCharArray());
            }
            made = store;
        }
        return made;
    }

    private static String pem(KeyStore store) throws GeneralSecurityException {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(store.getCertificate(ALIAS).getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private static void keytool(Path keys, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-keystore",
                keys.toString(),
                "-storepass",
                PASSWORD,
                "-alias",
                ALIAS));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("keytool: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** {@code https://localhost:PORT}. */
    public String url() {
        return "https://localhost:" + server.getLocalPort();
    }

    /** Its certificate, in PEM. */
    public Path certificate() {
        return certificate;
    }

    /** What it was asked, in the order in which it answered. */
    public List<Asked> asked() {
        synchronized (asked) {
            return List.copyOf(asked);
        }
    }

    public void forget() {
        synchronized (asked) {
            asked.clear();
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket connection = server.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (SocketException closed) {
                return;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            FakeServer.converse(connection.getInputStream(), connection.getOutputStream(), asked, this::said);
        } catch (IOException clientWentAway) {
            // As a hub would: the client has its reasons, such as not to trust its certificate.
        }
    }

    /** Errors are problems (RFC 9457). */
    private Said said(Asked request) {
        Said said = answers.apply(request);
        boolean isError = said.head().matches("(?s)HTTP/1.1 [45].*");
        return isError
                ? new Said(
                        said.head().replace("application/json", "application/problem+json"), said.body(), said.then())
                : said;
    }

    /** Returns when nobody can connect any more: a thread that waits for callers takes one more if that comes before it notices. */
    @Override
    public void close() throws IOException {
        server.close();
        try {
            accepting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
