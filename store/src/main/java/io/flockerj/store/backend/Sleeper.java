package io.flockerj.store.backend;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/** Lets time pass. A program's is {@code Thread::sleep}; a test's moves a clock of its own. */
@FunctionalInterface
public interface Sleeper {
    /** Whoever cancels something does not notice that it goes on for so long. */
    Duration PIECE = Duration.ofMillis(250);

    void sleep(Duration duration) throws InterruptedException;

    /**
     * Lets time pass for a call on an object; a thread that is interrupted meanwhile stays so.
     *
     * @throws InterruptedIOException if it is interrupted
     * @throws IOException if it waits {@linkplain #whileWanted while somebody wants it}, and nobody does
     */
    default void sleepFor(Duration duration, ObjectName name) throws IOException {
        try {
            sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(name, e);
        }
    }

    /** Lets time pass for calls as this one does, in pieces of a quarter of a second; before each it asks whether that is still wanted. */
    default Sleeper whileWanted(Wanted wanted) {
        Sleeper whole = this;
        return new Sleeper() {
            @Override
            public void sleep(Duration duration) throws InterruptedException {
                whole.sleep(duration);
            }

            @Override
            public void sleepFor(Duration duration, ObjectName name) throws IOException {
                Duration left = duration;
                while (left.compareTo(PIECE) > 0) {
                    wanted.check();
                    whole.sleepFor(PIECE, name);
                    left = left.minus(PIECE);
                }
                wanted.check();
                whole.sleepFor(left, name);
            }
        };
    }

    /** What a call on an object fails with when its thread is interrupted. */
    static InterruptedIOException interrupted(ObjectName name, InterruptedException cause) {
        InterruptedIOException failure = new InterruptedIOException("interrupted on the way to " + name);
        failure.initCause(cause);
        return failure;
    }
}
