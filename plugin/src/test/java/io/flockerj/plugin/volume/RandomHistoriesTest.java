package io.flockerj.plugin.volume;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RandomHistoriesTest extends RandomHistories {
    @TempDir
    Path directory;

    @Override
    TestingPool<?> pool() throws IOException {
        return TestingPool.inMemory(directory);
    }
}
