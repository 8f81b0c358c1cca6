package io.flockerj.store.simulation;

import io.flockerj.store.backend.Sleeper;
import io.flockerj.store.backend.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets programs run one at a time, each until it sleeps, in the order in which they wake by a clock of their own; so a run depends on
 * nothing but what the programs do. A program may also wait for a {@link FutureTask} that another one runs.
 */
final class Turns implements InstantSource, Sleeper {
    private static final long LOOK_AGAIN_NANOS = 20_000;

    private final VirtualTime time = new VirtualTime();
    private final List<Program> programs = new ArrayList<>();
    private @Nullable Thread conductor;
    private @Nullable Throwable failure;

    private final class Program {
        final Semaphore turn = new Semaphore(0);
        final Thread thread;
        Instant wake = time.instant();
        volatile boolean isStopped = true;
        volatile boolean isEnded;

        @Nullable
        FutureTask<?> awaited;

        Program(Runnable body) {
            thread = Thread.ofVirtual().unstarted(() -> {
                await();
                try {
                    body.run();
                } catch (Throwable e) {
                    fail(e);
                }
                isEnded = true;
                stop();
            });
            thread.start();
        }

        void stop() {
            isStopped = true;
            LockSupport.unpark(conductor);
        }

        void await() {
            turn.acquireUninterruptibly();
        }
    }

    /** Something does not hold: the run ends. */
    void fail(Throwable reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    /** Begins a program, which first runs when its turn comes. */
    void begin(Runnable body) {
        programs.add(new Program(body));
    }

    @Override
    public Instant instant() {
        return time.instant();
    }

    /** Lets time pass for the program that calls, and others go on. */
    @Override
    public void sleep(Duration duration) {
        Program program = programs.stream()
                .filter(each -> each.thread.equals(Thread.currentThread()))
                .findFirst()
                .orElseThrow();
        program.wake = time.instant().plus(duration);
        program.stop();
        program.await();
    }

    /** Runs all programs to their ends. */
    void run() {
        conductor = Thread.currentThread();
        while (failure == null) {
            programs.removeIf(program -> program.isEnded);
            Optional<Program> next = programs.stream()
                    .filter(program -> program.awaited == null)
                    .min(Comparator.comparing(program -> program.wake));
            if (next.isEmpty()) {
                break;
            }
            go(next.get());
        }
        if (failure != null) {
            throw new AssertionError(failure);
        }
        if (!programs.isEmpty()) {
            throw new AssertionError("programs wait for each other for ever");
        }
    }

    private void go(Program program) {
        if (program.wake.isAfter(time.instant())) {
            time.pass(Duration.between(time.instant(), program.wake));
        }
        program.isStopped = false;
        program.turn.release();
        awaitStop(program);
        for (Program other : List.copyOf(programs)) {
            FutureTask<?> awaited = other.awaited;
            if (awaited != null && awaited.isDone()) {
                // It goes on by itself.
                other.awaited = null;
                awaitStop(other);
            }
        }
    }

    private static void awaitStop(Program program) {
        while (!program.isStopped) {
            if (LockSupport.getBlocker(program.thread) instanceof FutureTask<?> task && !task.isDone()) {
                program.awaited = task;
                return;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
