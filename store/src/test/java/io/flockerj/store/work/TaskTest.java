package io.flockerj.store.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TaskTest {
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private final AtomicInteger done = new AtomicInteger();

    @Test
    void whoWaitsDoesWhatNobodyHasBegun() throws IOException {
        Task<Integer> task = Task.begin(queue::add, done::incrementAndGet);

        assertThat(task.isDone()).isFalse();
        assertThat(task.result()).isEqualTo(1);
        queue.forEach(Runnable::run);

        assertThat(task.result()).isEqualTo(1);
        assertThat(done).hasValue(1);
    }

    /** A result is large, and a queue may be long. */
    @Test
    void whatWaitsForAThreadHoldsNothingOfATaskThatHasEnded() throws Exception {
        Task<byte[]> task = Task.begin(queue::add, () -> new byte[1]);
        byte[] result = task.result();

        assertThat(result).hasSize(1);
        assertThat(queue.getFirst())
                .extracting("notBegun")
                .isInstanceOfSatisfying(
                        AtomicReference.class, held -> assertThat(held.get()).isNull());
    }

    @Test
    void whatIsRefusedIsDoneAtOnce() throws IOException {
        Task<Integer> task = Task.begin(
                work -> {
                    throw new RejectedExecutionException();
                },
                done::incrementAndGet);

        assertThat(task.isDone()).isTrue();
        assertThat(task.result()).isEqualTo(1);
    }

    @Test
    void aFailureIsTheWaitersToo() {
        Task<Integer> task = Task.begin(Runnable::run, () -> {
            throw new IOException("the disk is full");
        });

        assertThatIOException().isThrownBy(task::result).withMessage("the disk is full");
        assertThat(task.end()).isEmpty();
    }
}
