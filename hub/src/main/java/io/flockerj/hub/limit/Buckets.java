package io.flockerj.hub.limit;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of tokens for each of many, filled at an even pace up to a brim; each request takes one. In bounded memory: of more than
 * {@link #MOST}, those are forgotten that asked longest ago, whose buckets are full soonest.
 */
final class Buckets {
    /** So many are remembered. */
    static final int MOST = 50_000;

    private final double perSecond;
    private final double brim;
    private final Map<String, Level> levels = new LinkedHashMap<>(16, 0.75f, true);

    private record Level(double tokens, Instant at) {}

    /** @param perSecond 0 if there is no limit */
    Buckets(int perSecond, int seconds) {
        this.perSecond = perSecond;
        this.brim = (double) perSecond * seconds;
    }

    /** Takes a token. Zero if there was one, or how long it takes until there is. */
    synchronized Duration take(String who, Instant now) {
        if (perSecond == 0) {
            return Duration.ZERO;
        }
        double tokens = tokens(levels.get(who), now);
        boolean isThere = tokens >= 1;
        levels.put(who, new Level(isThere ? tokens - 1 : tokens, now));
        if (levels.size() > MOST) {
            levels.remove(levels.keySet().iterator().next());
        }
        return isThere ? Duration.ZERO : Duration.ofNanos((long) Math.ceil((1 - tokens) / perSecond * 1e9));
    }

    private double tokens(@Nullable Level level, Instant now) {
        if (level == null) {
            return brim;
        }
        double seconds = Math.max(0, Duration.between(level.at(), now).toNanos() / 1e9); // a clock may be set back
        return Math.min(brim, level.tokens() + seconds * perSecond);
    }

    synchronized int size() {
        return levels.size();
    }
}
