package io.flockerj.integration.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.command.CommandTree;
import io.flockerj.hub.command.Surroundings;
import io.flockerj.integration.s3.S3Lab;
import io.flockerj.integration.s3.SharedS3Lab;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.s3.S3Backend;
import io.flockerj.store.backend.s3.S3Place;
import io.flockerj.store.id.Id;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hub's commands with its storage in a bucket, which the environment names. */
@Tag("root")
@ExtendWith(SharedS3Lab.class)
class CommandsOnCephTest {
    @TempDir
    private Path directory;

    private final S3Lab lab;
    private final String bucket;

    CommandsOnCephTest(S3Lab lab) {
        this.lab = lab;
        this.bucket = lab.newBucket();
    }

    /** What a command has said. */
    private record Ran(int status, String out, String err) {}

    private Ran run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Map<String, String> environment = new HashMap<>();
        environment.put("FLOCKERHUB_STORAGE", "s3://" + bucket + "/hub");
        lab.options()
                .forEach((name, value) -> environment.put(
                        "FLOCKERHUB_STORAGE_" + name.toUpperCase(Locale.ROOT).replace('-', '_'), value));
        Surroundings around = new Surroundings(
                "1.2.3",
                "here",
                environment,
                Clock.systemUTC(),
                new SecureRandom(),
                new BufferedReader(new StringReader("")),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                () -> {});
        int status = CommandTree.run(around, arguments);
        return new Ran(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Serves, and ends at once. */
    private Ran serve() {
        return run("serve", "--data", data(), "--listen", "127.0.0.1:0");
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    @Test
    void aHubServesFromABucketAndItsCommandsFindIt() throws IOException {
        assertThat(serve()).satisfies(ran -> {
            assertThat(ran.err()).isEmpty();
            assertThat(ran.status()).isZero();
            assertThat(ran.out()).contains("listening on");
        });
        assertThat(directory.resolve("data/storage")).doesNotExist();
        assertThat(lab.keys(bucket)).isNotEmpty().allMatch(key -> key.startsWith("hub/hub/audit/"));
        assertThat(run("audit", "verify", "--data", data()).out())
                .contains("0 of them not yet known to the storage: as they were written");
        assertThat(run("check", "--data", data()).status()).isZero();
        try (S3Backend storage = S3Backend.open(
                S3Place.parse("s3://" + bucket + "/hub", lab.options()), Id.source(new SecureRandom()))) {
            storage.create(ObjectName.of("owners", "anna", "x"), List.of(new byte[3]));
            Path copy = directory.resolve("copy");
            assertThat(run("backup", "--data", data(), copy.toString()).out())
                    .contains("the storage holds 1 objects: copy what is in the bucket");
            Files.delete(directory.resolve("data/hub.db"));
            storage.delete(ObjectName.of("owners", "anna", "x"));
            assertThat(run("restore", "--data", data(), copy.toString()).out())
                    .contains("the storage lacks owners/anna/x");
        }
    }

    @Test
    void aBucketFromWhichNoHubServedIsNotTakenForItsStorage() throws IOException {
        serve();
        Path copy = directory.resolve("copy");

        Ran ran = run("backup", "--data", data(), "--storage", "s3://" + bucket + "/other", copy.toString());

        assertThat(ran.err())
                .contains("no hub has ever served from s3://" + bucket + "/other")
                .contains("--storage");
        assertThat(copy).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Enabled", "Suspended"})
    void aBucketThatCannotHoldRepositoriesIsRefusedAtTheStart(String versioning) {
        lab.setVersioning(bucket, versioning);

        Ran ran = serve();

        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).contains("cannot hold a repository").contains("keeps versions");
        assertThat(directory.resolve("data/hub.db")).doesNotExist();
        assertThat(lab.keys(bucket)).isEmpty();
    }
}
