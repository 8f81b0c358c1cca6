package io.flockerj.integration.hub;

import io.flockerj.hub.access.TestingAdmission;
import io.flockerj.hub.http.HubServer;
import io.flockerj.hub.http.OpenStorehouse;
import io.flockerj.hub.http.ServerSettings;
import io.flockerj.hub.http.TestingCertificates;
import io.flockerj.integration.s3.S3Lab;
import io.flockerj.integration.s3.SharedS3Lab;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.BackendContract;
import io.flockerj.store.backend.RetryLimits;
import io.flockerj.store.backend.RetryingBackend;
import io.flockerj.store.backend.hub.HubBackend;
import io.flockerj.store.backend.hub.HubPlace;
import io.flockerj.store.backend.s3.S3Backend;
import io.flockerj.store.backend.s3.S3Place;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A hub's HTTP keeps what a backend promises over a bucket too, for clients that try again as they do. */
@Tag("root")
@ExtendWith(SharedS3Lab.class)
class HubBackendOnCephTest extends BackendContract {
    private static final Supplier<Id> IDS = Id.source(new SecureRandom());

    @TempDir
    private Path directory;

    private final S3Backend storage;
    private HubServer server;
    private HubBackend backend;

    HubBackendOnCephTest(S3Lab lab) throws IOException {
        this.storage = S3Backend.open(S3Place.parse("s3://" + lab.newBucket(), lab.options()), IDS);
    }

    @BeforeEach
    void start() throws IOException {
        TestingCertificates certificates = new TestingCertificates(directory);
        server = HubServer.start(
                new ServerSettings("localhost", 0, Optional.of(certificates.issue()), directory.resolve("spool")),
                (_, _) -> new OpenStorehouse(storage),
                new TestingAdmission(),
                () -> {},
                InstantSource.system(),
                IDS);
        Map<String, String> options = Map.of("ca-file", certificates.caFile().toString());
        backend = HubBackend.open(HubPlace.parse("https://localhost:" + server.port() + "/team", options));
    }

    @AfterEach
    void stop() {
        backend.close();
        server.close();
        storage.close();
    }

    @Override
    protected Backend backend() {
        return new RetryingBackend(
                backend, RetryLimits.PATIENT, InstantSource.system(), Thread::sleep, new SecureRandom());
    }
}
