package io.flockerj.store.work;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;

/**
 * Work that other threads do, whose results come in the order in which it was begun. For one thread.
 *
 * @param <T> what comes of each piece of work
 */
public final class WorkLine<T> {
    private final Executor workers;
    private final int most;
    private final Deque<Task<T>> underWay = new ArrayDeque<>();
    private volatile boolean isAbandoned;

    /** @param most how many pieces are under way at once */
    public WorkLine(Executor workers, int most) {
        this.workers = workers;
        this.most = most;
    }

    /** Begins a piece of work. */
    public void begin(Callable<T> work) {
        underWay.add(Task.begin(workers, () -> {
            if (isAbandoned) {
                throw new IOException("nobody waits for this any more");
            }
            return work.call();
        }));
    }

    /** The result of the oldest piece, if it is done, or if there are so many that it has to be waited for. */
    public Optional<T> next() throws IOException {
        Task<T> oldest = underWay.peek();
        return oldest != null && (oldest.isDone() || underWay.size() >= most) ? last() : Optional.empty();
    }

    /** The result of the oldest piece, waited for; empty if nothing is under way. */
    public Optional<T> last() throws IOException {
        Task<T> oldest = underWay.poll();
        return oldest == null ? Optional.empty() : Optional.of(oldest.result());
    }

    /** Waits until nothing is under way any more, whatever comes of it; what has not begun ends at once. */
    public void abandon() {
        isAbandoned = true;
        underWay.forEach(Task::end);
        underWay.clear();
    }
}
