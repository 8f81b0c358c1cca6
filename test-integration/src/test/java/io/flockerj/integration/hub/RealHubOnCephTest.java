package io.flockerj.integration.hub;

import io.flockerj.hub.RealHubContract;
import io.flockerj.hub.database.OnDatabase;
import io.flockerj.integration.s3.S3Lab;
import io.flockerj.integration.s3.SharedS3Lab;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.s3.S3Backend;
import io.flockerj.store.backend.s3.S3Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** With a bucket for its storage, and PostgreSQL. */
@Tag("root")
@ExtendWith(SharedS3Lab.class)
class RealHubOnCephTest extends RealHubContract {
    private final S3Lab lab;
    private final String bucket;
    private final List<S3Backend> opened = new ArrayList<>();

    RealHubOnCephTest(S3Lab lab) {
        super(new OnDatabase.Postgres());
        this.lab = lab;
        this.bucket = lab.newBucket();
    }

    @Override
    protected StreamingBackend storage(Path directory) throws IOException {
        S3Backend backend = S3Backend.open(S3Place.parse("s3://" + bucket + "/hub", lab.options()), IDS);
        opened.add(backend);
        return backend;
    }

    @Override
    protected void closeStorage() {
        opened.forEach(S3Backend::close);
    }
}
