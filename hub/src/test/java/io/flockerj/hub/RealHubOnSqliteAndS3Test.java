package io.flockerj.hub;

import io.flockerj.hub.database.OnDatabase;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.s3.FakeS3;
import io.flockerj.store.backend.s3.S3Backend;
import io.flockerj.store.backend.s3.S3Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** With a bucket for its storage, as far as the store in memory is one. */
class RealHubOnSqliteAndS3Test extends RealHubContract {
    private final FakeS3 store;
    private final List<S3Backend> opened = new ArrayList<>();

    RealHubOnSqliteAndS3Test() throws IOException {
        super(new OnDatabase.Sqlite());
        store = new FakeS3();
    }

    @Override
    protected StreamingBackend storage(Path directory) throws IOException {
        Path credentials = Files.writeString(directory.resolve("credentials"), """
                [default]
                aws_access_key_id = KEY
                aws_secret_access_key = secret
                """);
        S3Place place = S3Place.parse(
                "s3://bucket/hub",
                Map.of("endpoint", store.address().toString(), "credentials-file", credentials.toString()));
        S3Backend backend = S3Backend.open(place, IDS);
        opened.add(backend);
        return backend;
    }

    @Override
    protected void closeStorage() {
        opened.forEach(S3Backend::close);
        store.close();
    }
}
