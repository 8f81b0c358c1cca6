package io.flockerj.hub;

import io.flockerj.hub.database.OnDatabase;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.directory.DirectoryBackend;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** With a directory for its storage. */
@Tag("root")
class RealHubOnPostgresTest extends RealHubContract {
    RealHubOnPostgresTest() {
        super(new OnDatabase.Postgres());
    }

    @Override
    protected StreamingBackend storage(Path directory) throws IOException {
        return DirectoryBackend.open(directory.resolve("storage"), IDS);
    }
}
