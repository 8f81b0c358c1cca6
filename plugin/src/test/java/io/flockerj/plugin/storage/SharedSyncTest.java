package io.flockerj.plugin.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class SharedSyncTest {
    private final SharedSync shared = new SharedSync();
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicInteger syncs = new AtomicInteger();
    private volatile int durable;

    private void sync() {
        int seen = written.get();
        syncs.incrementAndGet();
        LockSupport.parkNanos(20_000);
        durable = seen;
    }

    @Test
    void whatEverybodyDidBeforeIsDurableWhenItReturns() throws Exception {
        int callers = 16;
        int each = 500;
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < callers; caller++) {
                running.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        int own = written.incrementAndGet();
                        shared.run(this::sync);
                        assertThat(durable).isGreaterThanOrEqualTo(own);
                    }
                    return null;
                }));
            }
            for (Future<?> caller : running) {
                caller.get();
            }
        }
        assertThat(syncs).hasValueLessThan(callers * each);
    }

    @Test
    void afterAFailureThoseWhoWaitTryThemselves() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(() -> {
                assertThatIOException()
                        .isThrownBy(() -> shared.run(() -> {
                            begun.countDown();
                            await(end);
                            throw new IOException("the disk is gone");
                        }))
                        .withMessage("the disk is gone");
                return null;
            });
            await(begun);
            Future<?> second = threads.submit(() -> {
                shared.run(this::sync);
                return null;
            });
            end.countDown();
            first.get();
            second.get();
        }
        assertThat(syncs).hasValue(1);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
