package io.flockerj.hub;

import io.flockerj.hub.database.OnDatabase;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.directory.DirectoryBackend;
import java.io.IOException;
import java.nio.file.Path;

/** With a directory for its storage. */
class RealHubOnSqliteTest extends RealHubContract {
    RealHubOnSqliteTest() {
        super(new OnDatabase.Sqlite());
    }

    @Override
    protected StreamingBackend storage(Path directory) throws IOException {
        return DirectoryBackend.open(directory.resolve("storage"), IDS);
    }
}
