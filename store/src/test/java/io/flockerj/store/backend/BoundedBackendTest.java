package io.flockerj.store.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.memory.MemoryBackend;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BoundedBackendTest extends BackendContract {
    private static final int AT_ONCE = 3;
    private static final ObjectName NAME = new ObjectName("a/b");

    private final VirtualTime time = new VirtualTime();
    private final Backend bounded = new BoundedBackend(new MemoryBackend(time), AT_ONCE);

    @Override
    protected Backend backend() {
        return bounded;
    }

    @Test
    void asManyAsWantedAreGoingOnAtOnceAndNoMore() throws Exception {
        AtomicInteger goingOn = new AtomicInteger();
        CountDownLatch end = new CountDownLatch(1);
        Backend backend = new BoundedBackend(
                new TracedBackend(new MemoryBackend(time), time, call -> {
                    goingOn.incrementAndGet();
                    await(end);
                }),
                AT_ONCE);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 5 * AT_ONCE; i++) {
            callers.add(Thread.ofPlatform().start(() -> {
                try {
                    backend.value(NAME);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }

        Instant deadline = Instant.now().plusSeconds(60);
        while (!callers.stream().allMatch(caller -> caller.getState() == Thread.State.WAITING)) {
            assertThat(Instant.now()).isBefore(deadline);
            Thread.onSpinWait();
        }

        assertThat(goingOn).hasValue(AT_ONCE);
        end.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(goingOn).hasValue(5 * AT_ONCE);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aCallThatFailsLeavesItsPlace() throws Exception {
        for (int i = 0; i < 2 * AT_ONCE; i++) {
            assertThatThrownBy(() -> bounded.read(NAME, 0, 1)).isInstanceOf(NoSuchObjectException.class);
        }

        assertThat(bounded.create(NAME, List.of())).isTrue();
    }

    @Test
    void whoIsInterruptedWhileWaitingStopsAndStaysInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> bounded.value(NAME))
                .isInstanceOf(InterruptedIOException.class)
                .hasMessageContaining(NAME.text());

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void noPlacesAtAllAreRefused() {
        assertThatThrownBy(() -> new BoundedBackend(bounded, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
