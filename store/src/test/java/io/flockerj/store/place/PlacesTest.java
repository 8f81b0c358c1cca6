package io.flockerj.store.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.BackendContract;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.RetryLimits;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.backend.VirtualTime;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacesTest extends BackendContract {
    private static final ObjectName NAME = new ObjectName("a/b");

    private final VirtualTime time = new VirtualTime();

    @TempDir
    private Path host;

    @Override
    protected Backend backend() throws IOException {
        return places().open("file:///remote", Map.of(), PlaceLimits.USUAL).backend();
    }

    /** As if this were the directory in which the host's root is seen. */
    private Places places() {
        return new Places(
                time,
                time,
                new Random(1),
                Id.source(new SecureRandom()),
                path -> host.resolve(path.toString().substring(1)));
    }

    @Test
    void aPathOfTheHostThatCannotBeReachedFailsAsFilesDo() {
        Places unreachable = new Places(time, time, new Random(1), Id.source(new SecureRandom()), path -> {
            throw new IOException("cannot reach " + path);
        });

        assertThatIOException()
                .isThrownBy(() ->
                        unreachable.open("s3://bucket", Map.of("credentials-file", "/far/away"), PlaceLimits.USUAL))
                .withMessage("cannot reach /far/away");
    }

    @ParameterizedTest
    @CsvSource({"file:///some/dir", "file:/some/dir", "/some/dir", "file:///some/%64ir/", "file:///some/other/../dir"})
    void aDirectoryIsNamedByAUrlOrAPathOfTheHost(String url) throws IOException {
        places().probe(url, Map.of());

        assertThat(host.resolve("some/dir")).isDirectory();
        assertThat(host.resolve("some")).isDirectoryNotContaining("glob:**other");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            some/dir           | not the URL of a remote: write file:///DIRECTORY, s3://BUCKET/PREFIX or https://HUB/OWNER
            ""                 | not the URL of a remote
            sftp://me:pw@h/dir | not the URL of a remote
            S3://bucket        | not the URL of a remote
            file://host/dir    | 'file://host/dir' names no directory of this host: write file:///DIRECTORY
            file:dir           | names no directory of this host
            file:///dir?x=y    | names no directory of this host
            file:///a b        | write file:///DIRECTORY, with %20 for a blank
            s3://              | cannot be the name of a bucket
            """)
    void aUrlThatNamesNoPlaceIsRefusedWithTheWayOut(String url, String message) {
        assertThatThrownBy(() -> Places.check(url, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("pw");
        assertThatThrownBy(() -> places().open(url, Map.of(), PlaceLimits.USUAL))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(host).isEmptyDirectory();
    }

    @Test
    void aDirectoryHasNoOptions() {
        assertThatThrownBy(() -> Places.check("/dir", Map.of("region", "x"))).hasMessageContaining("[region]");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsRefused() throws IOException {
        Files.createFile(host.resolve("file"));

        assertThatThrownBy(() -> places().probe("file:///file/dir", Map.of())).isInstanceOf(IOException.class);
    }

    @Test
    void pathsInOptionsOfABucketAreTheHostsToo() {
        assertThatThrownBy(() -> places().open(
                                "s3://bucket",
                                Map.of("endpoint", "http://h:1", "credentials-file", "/keys"),
                                PlaceLimits.USUAL))
                .hasMessageContaining(host.resolve("keys").toString());
    }

    @Test
    void whatIsDoneIsCountedAndLimited() throws IOException {
        PlaceLimits limits = new PlaceLimits(2, RetryLimits.PATIENT, OptionalLong.of(1000), OptionalLong.of(500));
        try (OpenPlace place = places().open("/remote", Map.of(), limits)) {
            place.backend().create(NAME, List.of(new byte[3000]));
            assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(2));

            place.backend().read(NAME, 0, 2000);
            assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(5));
            assertThat(place.traffic().all().up()).isEqualTo(3000);
            assertThat(place.traffic().all().down()).isEqualTo(2000);
        }
    }

    @Test
    void aPushIsPatientAndAProbeIsNot() throws IOException {
        Files.writeString(host.resolve("keys"), "[default]\naws_access_key_id = a\naws_secret_access_key = b\n");
        ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        gone.close();
        Map<String, String> options =
                Map.of("endpoint", "http://127.0.0.1:" + gone.getLocalPort(), "credentials-file", "/keys");

        assertThatThrownBy(() -> places().probe("s3://bucket", options)).isInstanceOf(UnavailableException.class);
        assertThat(time.sleeps()).isEmpty();

        try (OpenPlace place = places().open("s3://bucket", options, PlaceLimits.USUAL)) {
            assertThatThrownBy(() -> place.backend().value(NAME)).hasMessageContaining("given up after 12 attempts");
            assertThat(place.traffic().all().failed()).isEqualTo(12);
        }
    }
}
