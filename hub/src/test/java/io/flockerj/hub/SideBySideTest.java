package io.flockerj.hub;

import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** With a directory that all hubs have mounted. */
@Tag("root")
class SideBySideTest extends SideBySideContract {
    @Override
    protected List<String> storageOptions(Path directory) {
        return List.of("--storage", directory.resolve("storage").toString());
    }

    @Override
    protected StreamingBackend storage(Path directory) throws IOException {
        return DirectoryBackend.open(directory.resolve("storage"), Id.source(new SecureRandom()));
    }
}
