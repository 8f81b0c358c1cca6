package io.flockerj.cli.command;

import io.flockerj.cli.text.Sizes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/** How much has flowed through fli itself, on the standard error where that is a terminal. */
final class Progress {
    private static final Duration STEP = Duration.ofMillis(500);

    private final StatusLine line;
    private final Clock clock;
    private final OptionalLong total;
    private final Instant began;
    private Instant last;
    private long bytes;

    /** Of a stream whose length may be known. */
    Progress(Session session, OptionalLong total) {
        line = new StatusLine(session);
        clock = session.around().clock();
        this.total = total;
        began = clock.instant();
        last = began;
    }

    void add(long more) {
        bytes += more;
        Instant now = clock.instant();
        if (Duration.between(last, now).compareTo(STEP) >= 0) {
            last = now;
            line.show(text(Math.max(1, Duration.between(began, now).toMillis())));
        }
    }

    private String text(long millis) {
        long rate = bytes * 1000 / millis;
        if (total.isEmpty() || rate == 0) {
            return Sizes.text(bytes) + ", " + Sizes.text(rate) + "/s";
        }
        long left = Math.max(0, total.getAsLong() - bytes) / rate;
        return Sizes.text(bytes) + " of " + Sizes.text(total.getAsLong()) + ", " + Sizes.text(rate) + "/s, "
                + ProgressText.left(left);
    }

    /** Clears the line. */
    void end() {
        line.clear();
    }

    long bytes() {
        return bytes;
    }
}
