package io.flockerj.integration.hub;

import io.flockerj.hub.SideBySideContract;
import io.flockerj.integration.s3.S3Lab;
import io.flockerj.integration.s3.SharedS3Lab;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.s3.S3Backend;
import io.flockerj.store.backend.s3.S3Place;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** With a bucket that all hubs use. */
@Tag("root")
@ExtendWith(SharedS3Lab.class)
class SideBySideOnCephTest extends SideBySideContract {
    private final S3Lab lab;
    private final String url;
    private final List<S3Backend> opened = new ArrayList<>();

    SideBySideOnCephTest(S3Lab lab) {
        this.lab = lab;
        this.url = "s3://" + lab.newBucket() + "/of/the/hubs";
    }

    @Override
    protected List<String> storageOptions(Path directory) {
        List<String> options = new ArrayList<>(List.of("--storage", url));
        lab.options().forEach((name, value) -> options.addAll(List.of("--storage-" + name, value)));
        return options;
    }

    @Override
    protected StreamingBackend storage(Path directory) throws IOException {
        S3Backend backend = S3Backend.open(S3Place.parse(url, lab.options()), Id.source(new SecureRandom()));
        opened.add(backend);
        return backend;
    }

    @AfterEach
    void close() {
        opened.forEach(S3Backend::close);
    }
}
