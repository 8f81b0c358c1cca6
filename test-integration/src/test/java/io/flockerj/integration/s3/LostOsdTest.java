package io.flockerj.integration.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.RetryLimits;
import io.flockerj.store.backend.RetryingBackend;
import io.flockerj.store.backend.Version;
import io.flockerj.store.backend.s3.S3Backend;
import io.flockerj.store.backend.s3.S3Place;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A store that loses a disk while it is written to. */
@Tag("root")
class LostOsdTest {
    private static final ObjectName HEAD = new ObjectName("head");
    private static final int OBJECTS = 60;

    @Test
    void writingGoesOnWhenADiskIsLostAndNothingThatWasMadeIsMissing() throws IOException {
        try (S3Lab lab = S3Lab.start();
                S3Backend s3 = S3Backend.open(
                        S3Place.parse("s3://" + lab.newBucket(), lab.options()), Id.source(new SecureRandom()))) {
            Backend backend = new RetryingBackend(
                    s3, RetryLimits.PATIENT, InstantSource.system(), Thread::sleep, new SecureRandom());
            Optional<Version> version = Optional.empty();

            for (int i = 0; i < OBJECTS; i++) {
                if (i == OBJECTS / 3) {
                    lab.killOsd(1);
                }
                backend.create(name(i), List.of(content(i), content(i + 1)));
                version = backend.swap(HEAD, version, ("head " + i).getBytes(StandardCharsets.UTF_8));
                assertThat(version).isPresent();
            }

            for (int i = 0; i < OBJECTS; i++) {
                assertThat(backend.read(name(i), 0, 100_000)).isEqualTo(content(i));
                assertThat(backend.read(name(i), 100_000, 1 << 20)).isEqualTo(content(i + 1));
            }
            assertThat(backend.value(HEAD).orElseThrow().bytes()).hasToString("head " + (OBJECTS - 1));
        }
    }

    private static ObjectName name(int number) {
        return new ObjectName("packs/" + number);
    }

    private static byte[] content(int number) {
        byte[] content = new byte[100_000];
        Arrays.fill(content, (byte) number);
        return content;
    }
}
