package io.flockerj.cli.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.cli.http.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownHubsTest {
    private static final Login FIRST = login("https://one.example");
    private static final Login SECOND = login("https://two.example:8443");

    @TempDir
    private Path directory;

    private static Login login(String hub) {
        return new Login(
                Origin.of(hub),
                "ada",
                true,
                Optional.of(Instant.parse("2026-11-04T21:00:00Z")),
                Optional.of(Path.of("/etc/ca.pem")),
                Optional.empty(),
                Optional.of("flks_1"));
    }

    private Path file() {
        return directory.resolve("fli/hubs.json");
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        KnownHubs known = KnownHubs.read(file()).with(FIRST, false).with(SECOND, false);
        known.write();

        assertThat(KnownHubs.read(file())).isEqualTo(known);
    }

    @Test
    void theFileAndItsDirectoryAreForTheirOwnerOnly() throws IOException {
        KnownHubs.read(file()).with(FIRST, false).write();
        KnownHubs.read(file()).with(SECOND, false).write();

        assertThat(permissions(file())).isEqualTo("rw-------");
        assertThat(permissions(directory.resolve("fli"))).isEqualTo("rwx------");
        assertThat(directory.resolve("fli")).isDirectoryNotContaining("glob:**partial");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-"})
    void aFileThatOthersCanReadOrWriteIsRefused(String permissions) throws IOException {
        KnownHubs.read(file()).with(FIRST, false).write();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(permissions));

        assertThatThrownBy(() -> KnownHubs.read(file()))
                .hasMessageContaining("others may read or write " + file())
                .hasMessageContaining("chmod 600");
    }

    @Test
    void theFirstHubIsTheUsualOneUntilAnotherIsChosen() throws IOException {
        KnownHubs known = KnownHubs.read(file()).with(FIRST, false).with(SECOND, false);

        assertThat(known.usual()).contains(FIRST.hub());
        assertThat(known.with(SECOND, true).usual()).contains(SECOND.hub());
        assertThat(known.without(FIRST.hub()).usual()).contains(SECOND.hub());
        assertThat(known.without(FIRST.hub()).without(SECOND.hub()).usual()).isEmpty();
        assertThat(known.with(FIRST, false).logins()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"format\":2}",
                "[",
                "{\"format\":1,\"hubs\":{\"https://one.example\":{}}}",
                "{\"format\":1,\"hubs\":{\"http://one.example\":{\"user\":\"ada\"}}}",
                "{\"format\":1,\"hubs\":{\"https://one.example\":{\"user\":\"ada\",\"expires\":\"soon\"}}}"
            })
    void whatCannotBeReadIsTold(String content) throws IOException {
        Files.createDirectory(directory.resolve("fli"));
        Files.writeString(file(), content);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));

        assertThatThrownBy(() -> KnownHubs.read(file()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot read " + file());
    }

    @Test
    void aSecretIsInNoMessage() {
        assertThat(FIRST.toString()).doesNotContain("flks_1");
    }
}
