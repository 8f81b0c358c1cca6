package io.flockerj.hub.limit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Says of what happens often whether it is to be told: once in a {@link #WINDOW} for each who does it, and how often it was not told before.
 * Memory is bounded: of more than {@link #MOST} those are forgotten that came first. Safe for many threads.
 */
public final class Seldom {
    static final Duration WINDOW = Duration.ofMinutes(1);
    static final int MOST = 1_000;

    private final InstantSource clock;
    private final Map<String, Told> told = new LinkedHashMap<>();

    private record Told(Instant when, long since) {}

    public Seldom(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * It has happened.
     *
     * @return how often it has happened since it was told; empty if it is not to be told
     */
    public synchronized OptionalLong happened(String who) {
        Instant now = clock.instant();
        Told before = told.get(who);
        if (before != null && now.isBefore(before.when().plus(WINDOW))) {
            told.put(who, new Told(before.when(), before.since() + 1));
            return OptionalLong.empty();
        }
        told.put(who, new Told(now, 0));
        if (told.size() > MOST) {
            told.remove(told.keySet().iterator().next());
        }
        return OptionalLong.of(before == null ? 0 : before.since());
    }
}
