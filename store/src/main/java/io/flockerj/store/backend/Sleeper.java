package io.flockerj.store.backend;

import java.io.InterruptedIOException;
import java.time.Duration;

/** Lets time pass. A program's is {@code Thread::sleep}; a test's moves a clock of its own. */
@FunctionalInterface
public interface Sleeper {
    void sleep(Duration duration) throws InterruptedException;

    /** Lets time pass for a call on an object; a thread that is interrupted meanwhile stays so. */
    default void sleepFor(Duration duration, ObjectName name) throws InterruptedIOException {
        try {
            sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(name, e);
        }
    }

    /** What a call on an object fails with when its thread is interrupted. */
    static InterruptedIOException interrupted(ObjectName name, InterruptedException cause) {
        InterruptedIOException failure = new InterruptedIOException("interrupted on the way to " + name);
        failure.initCause(cause);
        return failure;
    }
}
