package io.flockerj.integration.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.BoundedBackend;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.RetryLimits;
import io.flockerj.store.backend.RetryingBackend;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.StreamingBackendContract;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.backend.s3.S3Backend;
import io.flockerj.store.backend.s3.S3Place;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The backend's contract, and what is particular to S3, on a real store. */
@Tag("root")
@ExtendWith(SharedS3Lab.class)
class S3BackendOnCephTest extends StreamingBackendContract {
    private static final Supplier<Id> IDS = Id.source(new SecureRandom());
    private static final ObjectName NAME = new ObjectName("a/b");

    private final S3Lab lab;
    private final String bucket;
    private final List<S3Backend> opened = new ArrayList<>();

    S3BackendOnCephTest(S3Lab lab) {
        this.lab = lab;
        this.bucket = lab.newBucket();
    }

    @AfterEach
    void close() {
        opened.forEach(S3Backend::close);
    }

    /** As it is used: this Ceph answers some reads of what is just replaced with an error. */
    @Override
    protected Backend backend() throws IOException {
        return new RetryingBackend(
                open(lab.options()), RetryLimits.PATIENT, InstantSource.system(), Thread::sleep, new SecureRandom());
    }

    @Override
    protected StreamingBackend streaming() throws IOException {
        return open(lab.options());
    }

    private S3Backend open(Map<String, String> options) throws IOException {
        return open(bucket, options);
    }

    private S3Backend open(String name, Map<String, String> options) throws IOException {
        S3Backend backend = S3Backend.open(S3Place.parse("s3://" + name + "/some/prefix", options), IDS);
        synchronized (opened) {
            opened.add(backend);
        }
        return backend;
    }

    @Test
    void aBucketCanHoldARepositoryAndTheProbeLeavesNothingInIt() throws IOException {
        open(lab.options()).probe();

        assertThat(names("probes")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Enabled", "Suspended"})
    void aBucketThatKeepsVersionsIsRefused(String status) throws IOException {
        lab.setVersioning(bucket, status);

        assertThatThrownBy(() -> open(lab.options()).probe()).hasMessageContaining("keeps versions");

        assertThat(names("probes")).isEmpty();
    }

    @Test
    void aBucketThatBeginsToKeepVersionsLaterIsNotWrittenToInGoodFaith() throws IOException {
        S3Backend backend = open(lab.options());
        backend.create(NAME, List.of(bytes("1")));
        lab.setVersioning(bucket, "Enabled");

        assertThatThrownBy(() -> backend.create(NAME, List.of(bytes("2")))).hasMessageContaining("keeps versions");
    }

    @Test
    void thePackOfTheLargestSizeComesBack() throws IOException {
        byte[] piece = new byte[1 << 20];
        List<byte[]> pack = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            byte[] next = piece.clone();
            Arrays.fill(next, (byte) i);
            pack.add(next);
        }
        Backend backend = backend();

        assertThat(backend.create(NAME, pack)).isTrue();
        assertThat(backend.create(NAME, pack)).isFalse();

        for (int i : new int[] {0, 77, 127}) {
            assertThat(backend.read(NAME, (long) i << 20, 1 << 20)).isEqualTo(pack.get(i));
        }
    }

    @Test
    void aListOfSeveralPagesIsToldWhole() throws Exception {
        Backend backend = new BoundedBackend(backend(), 8);
        List<ObjectName> names = new ArrayList<>();
        List<Callable<Boolean>> creations = new ArrayList<>();
        for (int i = 0; i < 1001; i++) {
            ObjectName name = NAME.child("" + i);
            names.add(name);
            creations.add(() -> backend.create(name, List.of()));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> creation : threads.invokeAll(creations)) {
                assertThat(creation.get()).isTrue();
            }
        }

        assertThat(names("a")).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void aBucketThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> open("nosuchbucket", lab.options()).probe())
                .isNotInstanceOf(UnavailableException.class)
                .hasMessageContaining("there is no bucket nosuchbucket: make it first");
    }

    @Test
    void whoMayNotEnterIsToldWhatTheCredentialsNeed() {
        assertThatThrownBy(() -> open(lab.optionsOfStranger()).probe())
                .isNotInstanceOf(UnavailableException.class)
                .hasMessageContaining(bucket)
                .hasMessageContaining("s3:PutObject");
    }

    @Test
    void aWrongSecretIsToldFromAMissingPermission() throws IOException {
        Map<String, String> options = new HashMap<>(lab.options());
        options.put(
                "credentials-file",
                lab.credentials("liar", "LABKEY0000000000", "wrong").toString());

        assertThatThrownBy(() -> open(options).probe())
                .hasMessageContaining("does not take the credentials")
                .hasMessageNotContaining("wrong");
    }

    @Test
    void aBucketThatIsFullIsSaidToBeFull() throws IOException {
        lab.setQuota(bucket, 3);
        Backend backend = backend();

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 20; i++) {
                        backend.create(NAME.child("" + i), List.of(bytes("x")));
                    }
                })
                .isNotInstanceOf(UnavailableException.class)
                .hasMessageContaining("full, or a quota is");
    }

    private List<ObjectName> names(String folder) throws IOException {
        List<ObjectName> names = new ArrayList<>();
        backend().list(new ObjectName(folder), each -> names.add(each.name()));
        return names;
    }
}
