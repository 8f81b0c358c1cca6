package io.flockerj.hub.http;

import io.flockerj.hub.http.ServerSettings.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's certificate and key, read anew where their files have changed: connections that begin then get the new one. Files that make no
 * sense together, as while they are being replaced, change nothing.
 */
final class Certificates extends X509ExtendedKeyManager {
    /** So often at most the files are looked at. */
    static final Duration LOOK = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private final TlsFiles files;
    private final InstantSource clock;
    private State state;
    private Instant looked;

    /** What was read, and what the files were then. */
    private record State(X509ExtendedKeyManager keys, FileTime certificate, FileTime key) {}

    /** @throws IOException saying what is wrong with the files */
    Certificates(TlsFiles files, InstantSource clock) throws IOException {
        this.files = files;
        this.clock = clock;
        this.looked = clock.instant();
        this.state = read();
    }

    SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {this}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    private State read() throws IOException {
        FileTime certificateTime = Files.getLastModifiedTime(files.certificate());
        FileTime keyTime = Files.getLastModifiedTime(files.key());
        try {
            Certificate[] chain = chain(files.certificate());
            PrivateKey key = key(files.key());
            if (!chain[0].getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
                throw new IOException(
                        "the key in " + files.key() + " is not that of the certificate in " + files.certificate());
            }
            requirePair(chain[0].getPublicKey(), key);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("hub", key, new char[0], chain);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            X509ExtendedKeyManager keys = Arrays.stream(factory.getKeyManagers())
                    .filter(X509ExtendedKeyManager.class::isInstance)
                    .map(X509ExtendedKeyManager.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("every Java has such key managers"));
            return new State(keys, certificateTime, keyTime);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "cannot use the certificate in " + files.certificate() + " with the key in " + files.key() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** A renewed certificate may be there before its key: with both of one kind, nobody could connect any more. */
    private void requirePair(PublicKey certified, PrivateKey key) throws IOException, GeneralSecurityException {
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> "EdDSA";
                });
        byte[] some = "flockerhub".getBytes(StandardCharsets.US_ASCII);
        signature.initSign(key);
        signature.update(some);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(some);
        boolean isPair;
        try {
            isPair = signature.verify(signed);
        } catch (SignatureException _) {
            isPair = false; // of another curve or length
        }
        if (!isPair) {
            throw new IOException(
                    "the key in " + files.key() + " is not that of the certificate in " + files.certificate());
        }
    }

    private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
        try (InputStream pem = Files.newInputStream(file)) {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(pem)
                    .toArray(Certificate[]::new);
            if (chain.length == 0) {
                throw new IOException("there is no certificate in " + file + ": it has to be in PEM");
            }
            return chain;
        }
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new IOException("there is no private key of PKCS#8 without a passphrase in " + file
                    + ": make one of another form by 'openssl pkcs8 -topk8 -nocrypt'");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                LOG.atTrace().setCause(e).addKeyValue("algorithm", algorithm).log("A key is of another kind");
            }
        }
        throw new IOException("the private key in " + file + " is none of " + ALGORITHMS);
    }

    private synchronized X509ExtendedKeyManager keys() {
        Instant now = clock.instant();
        if (now.isBefore(looked.plus(LOOK))) {
            return state.keys();
        }
        looked = now;
        try {
            boolean same = Files.getLastModifiedTime(files.certificate()).equals(state.certificate())
                    && Files.getLastModifiedTime(files.key()).equals(state.key());
            if (!same) {
                state = read();
                LOG.atInfo().addKeyValue("file", files.certificate()).log("The hub's certificate was read anew");
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("The hub's certificate cannot be read anew; the old one is kept");
        }
        return state.keys();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return keys().getServerAliases(keyType, issuers);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return keys().chooseServerAlias(keyType, issuers, socket);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return keys().chooseEngineServerAlias(keyType, issuers, engine);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return keys().getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return keys().getPrivateKey(alias);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
