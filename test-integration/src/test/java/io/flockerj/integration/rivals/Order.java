package io.flockerj.integration.rivals;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A snapshot or a rollback that somebody has ordered. What comes of it carries the token, as its message or as its author.
 *
 * @param begin when it was asked for
 */
record Order(String token, String volume, Optional<String> target, long begin, Outcome outcome) {
    Order(String token, String volume, Optional<String> target, long begin) {
        this(token, volume, target, begin, new Outcome());
    }

    boolean isRollback() {
        return target.isPresent();
    }

    /** What has come of it so far. */
    static final class Outcome {
        private volatile long end = Long.MAX_VALUE;
        private volatile List<String> made = List.of();
        private final AtomicBoolean refused = new AtomicBoolean();

        /** Acknowledged: these snapshots were made, a rollback's safety snapshot first. */
        void acknowledged(List<String> snapshots, long moment) {
            made = List.copyOf(snapshots);
            end = moment;
        }

        /** Not acknowledged, and done until now or never. */
        void doubtful(long moment) {
            end = moment;
        }

        void refused(long moment) {
            refused.set(true);
            end = moment;
        }

        long end() {
            return end;
        }

        List<String> made() {
            return made;
        }

        boolean isRefused() {
            return refused.get();
        }
    }
}
