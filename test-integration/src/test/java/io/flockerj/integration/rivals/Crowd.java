package io.flockerj.integration.rivals;

import io.flockerj.integration.sandbox.Eventually;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Several callers, each on a thread of its own, in the mount namespace of the thread that makes them. */
final class Crowd implements AutoCloseable {
    private final ExecutorService threads;
    private final List<Future<?>> work;
    private final AtomicInteger done = new AtomicInteger();

    Crowd(List<Caller> callers, int actsOfEach) {
        threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("caller-", 0).factory());
        work = callers.stream()
                .<Future<?>>map(caller -> threads.submit(() -> act(caller, actsOfEach)))
                .toList();
    }

    private void act(Caller caller, int acts) {
        for (int n = 0; n < acts; n++) {
            caller.act();
            done.incrementAndGet();
        }
    }

    /** Waits until all together have done so many things, or no more. */
    void awaitActs(int acts) {
        Eventually.await(
                "more to be done", () -> done.get() >= acts || work.stream().allMatch(Future::isDone));
    }

    /** Waits until all have done what they had to. */
    void awaitEnd() throws InterruptedException, ExecutionException {
        for (Future<?> each : work) {
            each.get();
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
