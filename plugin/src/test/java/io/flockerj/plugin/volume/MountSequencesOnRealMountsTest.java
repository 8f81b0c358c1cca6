package io.flockerj.plugin.volume;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.LoopFileSystem.Kind;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

@Tag("root")
@SuppressWarnings("NullAway.Init") // Made by pool(), which each test calls first.
class MountSequencesOnRealMountsTest extends MountSequences {
    private LoopFileSystem fileSystem;
    private RealMounts host;

    @Override
    TestingPool<?> pool() throws IOException {
        fileSystem = LoopFileSystem.create(Kind.EXT4, 16);
        host = new RealMounts(fileSystem);
        return new TestingPool<>(Files.createDirectory(fileSystem.root().resolve("pool")), host);
    }

    @AfterEach
    void tearDown() throws IOException {
        host.close();
        fileSystem.close();
    }
}
