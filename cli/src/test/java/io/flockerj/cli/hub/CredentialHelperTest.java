package io.flockerj.cli.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.cli.http.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialHelperTest {
    private static final Origin HUB = Origin.of("https://hub.example:8443");

    @TempDir
    private Path directory;

    private CredentialHelper helper(String script) throws IOException {
        return helper(script, Duration.ofSeconds(60));
    }

    private CredentialHelper helper(String script, Duration patience) throws IOException {
        Path program = Files.writeString(directory.resolve("docker-credential-test"), "#!/usr/bin/env bash\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return CredentialHelper.find("test", "relative:/nowhere:" + directory, patience);
    }

    @Test
    void itIsAskedByTheProtocolOfDockers() throws IOException {
        CredentialHelper helper = helper("""
            cd "$(dirname "$0")"
            case $1 in
                store) cat >kept ;;
                get) read -r url; [[ $url == https://hub.example:8443 && -e kept ]] ||
                    { echo 'credentials not found in native keychain'; exit 1; }; cat kept ;;
                erase) cat >erased; rm kept ;;
            esac
            """);

        assertThat(helper.get(HUB)).isEmpty();
        helper.store(HUB, "ada", "flks_1");
        assertThat(directory.resolve("kept"))
                .hasContent("{\"ServerURL\":\"https://hub.example:8443\",\"Username\":\"ada\",\"Secret\":\"flks_1\"}");
        assertThat(helper.get(HUB)).contains("flks_1");
        helper.erase(HUB);
        assertThat(directory.resolve("erased")).hasContent("https://hub.example:8443");
        assertThat(helper.get(HUB)).isEmpty();
    }

    @Test
    void oneThatFailsIsToldWithoutTheSecret() throws IOException {
        CredentialHelper helper = helper("cat; echo ' cannot'; exit 3");

        assertThatThrownBy(() -> helper.store(HUB, "ada", "flks_1"))
                .hasMessageContaining("docker-credential-test store failed with the exit code 3")
                .hasMessageNotContaining("flks_1");
        assertThatThrownBy(() -> helper.get(HUB)).hasMessageContaining("cannot");
    }

    @Test
    void oneThatDoesNotAnswerIsNotWaitedForForEver() throws IOException {
        CredentialHelper helper = helper("exec sleep 60", Duration.ofMillis(300));

        assertThatThrownBy(() -> helper.get(HUB)).hasMessageContaining("has not answered within");
    }

    @Test
    void oneThatAnswersWithoutEndIsStopped() throws IOException {
        assertThatThrownBy(() -> helper("exec cat /dev/zero").get(HUB)).hasMessageContaining("longer than");
    }

    @Test
    void oneThatIsNotThereIsTold() {
        assertThatThrownBy(() -> CredentialHelper.find("none", directory.toString()))
                .hasMessageContaining("there is no program docker-credential-none in PATH")
                .hasMessageContaining("--credential-helper none");
        assertThatThrownBy(() -> CredentialHelper.find("../sh", directory.toString()))
                .hasMessageContaining("no name of");
    }
}
