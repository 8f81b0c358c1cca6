package io.flockerj.store.backend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Certificates in PEM of those whose signature is trusted at one place, instead of the usual ones. */
public final class CaFile {
    private CaFile() {}

    /**
     * Trusts those in a file, and nobody else.
     *
     * @throws IOException if it cannot be read, saying what has to be in it
     */
    public static TrustManager[] trustManagers(Path file) throws IOException {
        try (InputStream pem = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (certificates.isEmpty()) {
                throw new IOException("there is no certificate in the ca-file " + file + ": it has to be in PEM");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("ca" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot read certificates from the ca-file " + file + ": it has to be in PEM", e);
        }
    }

    /**
     * TLS that trusts those in a file, and nobody else.
     *
     * @throws IOException as of {@link #trustManagers}
     */
    public static SSLContext context(Path file) throws IOException {
        TrustManager[] trusted = trustManagers(file);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trusted, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }
}
