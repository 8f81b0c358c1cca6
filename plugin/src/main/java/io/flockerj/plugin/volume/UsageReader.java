package io.flockerj.plugin.volume;

import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the driver what a volume takes, on a thread of its own and not for long: whoever only wants to know that a volume
 * exists shall not wait for a disk. When the answer does not come in time, the last one known is given.
 */
final class UsageReader {
    private static final Logger LOG = LoggerFactory.getLogger(UsageReader.class);

    /** For a reader to become free, and again for its answer. */
    private static final Duration PATIENCE = Duration.ofMillis(50);

    /** Questions that are open at once: a disk that does not answer shall not take every thread from others. */
    static final int READERS = 2;

    private final StorageDriver driver;
    private final ExecutorService threads;
    private final Clock clock;
    private final Map<TreeId, Usage> lastKnown = new ConcurrentHashMap<>();
    private final Semaphore readers = new Semaphore(READERS);

    /** @param threads of bounded number and queue, on which a call may block for long */
    UsageReader(StorageDriver driver, ExecutorService threads, Clock clock) {
        this.driver = driver;
        this.threads = threads;
        this.clock = clock;
    }

    /** What a volume took at some moment. */
    record Usage(long bytes, Instant at) {}

    /** What it takes now, or if that cannot be told in time, what it took when it was last asked. */
    Optional<Usage> usedBytes(VolumeRecord record) {
        try {
            if (readers.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                OptionalLong used = submit(record).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                if (used.isEmpty()) {
                    return Optional.empty();
                }
                Usage usage = new Usage(used.getAsLong(), clock.instant());
                lastKnown.put(record.tree(), usage);
                return Optional.of(usage);
            }
        } catch (ExecutionException e) {
            LOG.atDebug().setCause(e).addKeyValue("volume", record.name()).log("What a volume takes is not known");
        } catch (RejectedExecutionException | TimeoutException e) {
            LOG.atDebug().addKeyValue("volume", record.name()).log("What a volume takes did not become known in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return lastKnown(record);
    }

    Optional<Usage> lastKnown(VolumeRecord record) {
        return Optional.ofNullable(lastKnown.get(record.tree()));
    }

    /** Not cancelled when nobody waits any more: a thread that waits for a disk cannot be called back. */
    private Future<OptionalLong> submit(VolumeRecord record) {
        try {
            return threads.submit(() -> {
                try {
                    return driver.usedBytes(record.tree(), record.account());
                } finally {
                    readers.release();
                }
            });
        } catch (RejectedExecutionException e) {
            readers.release();
            throw e;
        }
    }

    void forget(VolumeRecord record) {
        lastKnown.remove(record.tree());
    }
}
