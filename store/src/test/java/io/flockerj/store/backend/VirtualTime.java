package io.flockerj.store.backend;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A clock that only moves when somebody sleeps, or when told to. */
public final class VirtualTime implements InstantSource, Sleeper {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private Instant now = BEGIN;
    private final List<Duration> sleeps = new ArrayList<>();

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public synchronized void sleep(Duration duration) {
        sleeps.add(duration);
        now = now.plus(duration);
    }

    /** Lets time pass without anybody asleep. */
    public synchronized void pass(Duration duration) {
        now = now.plus(duration);
    }

    /** How long each sleep was. */
    public synchronized List<Duration> sleeps() {
        return List.copyOf(sleeps);
    }

    /** Since the beginning. */
    public synchronized Duration elapsed() {
        return Duration.between(BEGIN, now);
    }
}
