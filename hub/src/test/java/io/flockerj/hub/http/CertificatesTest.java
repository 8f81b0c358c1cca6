package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.hub.http.ServerSettings.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
    @TempDir
    private Path directory;

    @Test
    void aCertificateWithTheKeyOfTheOneBeforeIsNotUsed() throws IOException {
        TestingCertificates authority = new TestingCertificates(directory);
        byte[] before = Files.readAllBytes(authority.issue().key());
        TlsFiles files = authority.issue();
        assertThat(new Certificates(files, InstantSource.fixed(Instant.EPOCH)).context())
                .isNotNull();

        Files.write(files.key(), before);

        assertThatThrownBy(() -> new Certificates(files, InstantSource.fixed(Instant.EPOCH)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not that of the certificate");
    }
}
