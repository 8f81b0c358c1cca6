package io.flockerj.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final long LONG = 6L << 20;

    @Test
    void longAnswersAreNotAskedForAllAtOnce() throws IOException {
        List<Long> lengths = List.of(LONG, LONG, LONG, LONG, LONG, 3 * LONG, LONG, 1L, 1L, 1L);
        Thread asking = Thread.currentThread();
        AtomicLong held = new AtomicLong();
        AtomicLong most = new AtomicLong();
        List<Long> taken = new ArrayList<>();
        try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
            new Requests(askers)
                    .each(
                            lengths,
                            length -> length,
                            length -> {
                                most.accumulateAndGet(held.addAndGet(length), Math::max);
                                // Until nothing more is asked for unless an answer comes.
                                while (!Thread.currentThread().equals(asking)
                                        && asking.getState() != Thread.State.WAITING) {
                                    Thread.onSpinWait();
                                }
                                return length;
                            },
                            (length, answer) -> {
                                taken.add(answer);
                                held.addAndGet(-answer);
                            });
        }

        assertThat(taken).isEqualTo(lengths);
        assertThat(most).hasValue(3 * LONG);
    }
}
