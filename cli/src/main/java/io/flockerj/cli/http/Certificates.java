package io.flockerj.cli.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Whose signature on the certificate of a server is trusted. */
final class Certificates {
    private Certificates() {}

    /**
     * TLS that trusts those in a file, in PEM, and nobody else; without a file, those that Java trusts.
     *
     * @throws IOException if the file cannot be read, saying what has to be in it
     */
    static SSLSocketFactory sockets(Optional<Path> caFile) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            if (caFile.isEmpty()) {
                context.init(null, null, null);
                return context.getSocketFactory();
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(read(caFile.get()));
            context.init(null, factory.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot make ready for TLS: " + e.getMessage(), e);
        }
    }

    private static KeyStore read(Path file) throws IOException {
        try (InputStream pem = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (certificates.isEmpty()) {
                throw new IOException("there is no certificate in the CA file " + file + ": it has to be in PEM");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("ca" + number++, certificate);
            }
            return store;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot read certificates from the CA file " + file + ": it has to be in PEM", e);
        }
    }
}
