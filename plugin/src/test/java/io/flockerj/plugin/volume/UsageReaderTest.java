package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.storage.TestingStorageDriver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageReaderTest {
    private static final VolumeRecord DB = CatalogueTest.record("db", 1);

    @TempDir
    Path directory;

    /** Tasks that nothing runs but the test. */
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, tasks) {
        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }
    };

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void aDiskThatDoesNotAnswerTakesFewThreadsAndIsAskedAgainWhenItHasAnswered() throws IOException {
        UsageReader usage = new UsageReader(new TestingStorageDriver(directory), threads, new TestingClock());
        for (int i = 0; i < 5; i++) {
            assertThat(usage.usedBytes(DB)).isEmpty();
        }
        assertThat(tasks).hasSize(UsageReader.READERS);

        tasks.forEach(Runnable::run);
        tasks.clear();
        assertThat(usage.usedBytes(DB)).isEmpty();
        assertThat(tasks).hasSize(1);
    }
}
