package io.flockerj.store;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/**
 * Work that other threads do, whose results come in the order in which it was begun. Where these have no time, the caller does it itself.
 * For one thread.
 *
 * @param <T> what comes of each piece of work
 */
final class WorkLine<T> {
    private final Executor workers;
    private final int most;
    private final Deque<FutureTask<T>> underWay = new ArrayDeque<>();
    private volatile boolean isAbandoned;

    /** @param most how many pieces are under way at once */
    WorkLine(Executor workers, int most) {
        this.workers = workers;
        this.most = most;
    }

    /** Begins a piece of work. */
    void begin(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(() -> {
            if (isAbandoned) {
                throw new IOException("nobody waits for this any more");
            }
            return work.call();
        });
        underWay.add(task);
        try {
            workers.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /** The result of the oldest piece, if it is done, or if there are so many that it has to be waited for. */
    Optional<T> next() throws IOException {
        FutureTask<T> oldest = underWay.peek();
        return oldest != null && (oldest.isDone() || underWay.size() >= most) ? last() : Optional.empty();
    }

    /** The result of the oldest piece, waited for; empty if nothing is under way. */
    Optional<T> last() throws IOException {
        FutureTask<T> oldest = underWay.poll();
        return oldest == null ? Optional.empty() : Optional.of(result(oldest));
    }

    private static <T> T result(FutureTask<T> task) throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IOException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while others were at work", e);
        }
    }

    /** Waits until nothing is under way any more, whatever comes of it; what has not begun ends at once. */
    void abandon() {
        isAbandoned = true;
        boolean isInterrupted = false;
        while (!underWay.isEmpty()) {
            try {
                underWay.peek().get();
                underWay.poll();
            } catch (ExecutionException e) {
                underWay.poll();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
