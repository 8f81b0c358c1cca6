package io.flockerj.store.work;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work that another thread does. Where none has time, the one that begins it does it itself, and where none has begun it, the one
 * that waits for it.
 *
 * @param <T> what comes of it
 */
public final class Task<T> {
    private final FutureTask<T> task;
    private final Start start;

    private Task(FutureTask<T> task) {
        this.task = task;
        this.start = new Start(task);
    }

    /** What workers are given. It holds nothing of what has begun elsewhere, for it may be long until one of them comes to it. */
    private static final class Start implements Runnable {
        private final AtomicReference<@Nullable FutureTask<?>> notBegun;

        Start(FutureTask<?> task) {
            this.notBegun = new AtomicReference<@Nullable FutureTask<?>>(task);
        }

        @Override
        public void run() {
            FutureTask<?> task = notBegun.getAndSet(null);
            if (task != null) {
                task.run();
            }
        }
    }

    /** Begins a piece of work. */
    public static <T> Task<T> begin(Executor workers, Callable<T> work) {
        Task<T> begun = new Task<>(new FutureTask<>(work));
        try {
            workers.execute(begun.start);
        } catch (RejectedExecutionException e) {
            begun.start.run();
        }
        return begun;
    }

    /** Whether it has ended. */
    public boolean isDone() {
        return task.isDone();
    }

    /** What came of it, waited for: nobody is at it any more when this returns or throws. */
    public T result() throws IOException {
        start.run();
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
            end(); // What it uses is closed next.
            throw new IOException("interrupted while others were at work", e);
        }
    }

    /** What came of it, if it did not fail. Waits for its end whatever happens, so that afterwards nobody is at it any more. */
    public Optional<T> end() {
        start.run();
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    return Optional.of(task.get());
                } catch (ExecutionException e) {
                    return Optional.empty();
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
