package io.flockerj.plugin.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TurnsTest {
    private final Turns turns = new Turns();

    @Test
    @Timeout(60)
    void onlySoManyGoOnAtOnceAndAllGetTheirTurn() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<Integer>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                int number = i;
                all.add(threads.submit(() -> turns.during(Progress.IGNORED, () -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    now.decrementAndGet();
                    return number;
                })));
            }
        }
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).get()).isEqualTo(i);
        }
        assertThat(most.get()).isBetween(1, Turns.MOST);
    }

    @Test
    @Timeout(60)
    void whoWaitsCanBeCancelled() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(Turns.MOST);
        List<Future<Integer>> held = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < Turns.MOST; i++) {
                held.add(threads.submit(() -> turns.during(Progress.IGNORED, () -> {
                    begun.countDown();
                    Uninterruptibles.awaitUninterruptibly(end);
                    return 0;
                })));
            }
            begun.await();
            List<String> phases = new ArrayList<>();
            assertThatThrownBy(() -> turns.during(cancelled(phases), () -> 0)).isInstanceOf(CancelledException.class);
            assertThat(phases).containsExactly("waiting");
            end.countDown();
        }
        assertThat(held).allMatch(Future::isDone);
        assertThat(turns.during(Progress.IGNORED, () -> 1)).isEqualTo(1);
    }

    private static Progress cancelled(List<String> phases) {
        return new Progress() {
            @Override
            public void phase(String word) {
                phases.add(word);
            }

            @Override
            public void expect(long bytes, long entries) {}

            @Override
            public void add(long bytes, long entries) throws CancelledException {
                throw new CancelledException();
            }
        };
    }
}
