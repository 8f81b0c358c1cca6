package io.flockerj.hub.people;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts attempts that failed, for each of many. After some that are free each further one closes the door for twice as long, up to a
 * longest time. They are forgotten after {@link #MEMORY} without another. In bounded memory: of more than {@link #MOST}, those are
 * forgotten that failed longest ago.
 */
final class Attempts {
    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration MEMORY = Duration.ofMinutes(30);

    /** So many are remembered. */
    static final int MOST = 50_000;

    private static final int MOST_DOUBLINGS = 10;
    private static final int MOST_COUNTED = 1_000_000;

    private final int free;
    private final Duration longest;
    private final Map<String, Failures> failures = new LinkedHashMap<>();

    /** @param before when the one before the last was */
    private record Failures(int count, Instant last, Instant before) {
        boolean isForgotten(Instant now) {
            return !now.isBefore(last.plus(MEMORY));
        }
    }

    /**
     * @param free how many failures cost nothing
     * @param longest the door is never closed for longer
     */
    Attempts(int free, Duration longest) {
        this.free = free;
        this.longest = longest;
    }

    /** How long the door is closed yet; zero if it is open. */
    synchronized Duration closedFor(String who, Instant now) {
        Failures failed = failures.get(who);
        if (failed == null || failed.count() < free) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(now, failed.last().plus(pause(failed.count())));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Duration pause(int count) {
        Duration pause = FIRST.multipliedBy(1L << Math.min(count - free, MOST_DOUBLINGS));
        return pause.compareTo(longest) > 0 ? longest : pause;
    }

    synchronized void failed(String who, Instant now) {
        Failures before = failures.remove(who); // so that it stands last again
        failures.put(
                who,
                before == null || before.isForgotten(now)
                        ? new Failures(1, now, now)
                        : new Failures(Math.min(before.count(), MOST_COUNTED) + 1, now, before.last()));
        if (failures.size() > MOST) {
            failures.remove(failures.keySet().iterator().next());
        }
    }

    /** One that was counted was none: the door is as it was before. */
    synchronized void takeBack(String who) {
        failures.computeIfPresent(
                who,
                (_, failed) -> failed.count() == 1
                        ? null
                        : new Failures(failed.count() - 1, failed.before(), failed.before()));
    }

    synchronized void forget(String who) {
        failures.remove(who);
    }

    synchronized int size() {
        return failures.size();
    }
}
