package io.flockerj.plugin.http;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.assertj.core.api.Assertions;

/** Waiting for what another thread will bring about. */
public final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private Eventually() {}

    /** Waits until the condition holds; fails if it does not for long. */
    public static void eventually(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                Assertions.fail("not within " + PATIENCE + ": " + what);
            }
            Thread.sleep(PAUSE); // tidy: this is the one place that waits for conditions
        }
    }
}
