package io.flockerj.cli.command;

import io.flockerj.cli.text.Sizes;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** How much has flowed, on the standard error where that is a terminal. */
final class Progress {
    private static final Duration STEP = Duration.ofMillis(500);

    private final PrintStream err;
    private final boolean shown;
    private final Clock clock;
    private final Instant began;
    private Instant last;
    private long bytes;

    Progress(Session session) {
        err = session.around().err();
        shown = session.around().terminal().err() && !session.json();
        clock = session.around().clock();
        began = clock.instant();
        last = began;
    }

    void add(long more) {
        bytes += more;
        Instant now = clock.instant();
        if (shown && Duration.between(last, now).compareTo(STEP) >= 0) {
            last = now;
            long millis = Math.max(1, Duration.between(began, now).toMillis());
            err.print("\r" + Sizes.text(bytes) + ", " + Sizes.text(bytes * 1000 / millis) + "/s   ");
            err.flush();
        }
    }

    /** Clears the line. */
    void end() {
        if (shown && !last.equals(began)) {
            err.print("\r" + " ".repeat(40) + "\r");
            err.flush();
        }
    }

    long bytes() {
        return bytes;
    }
}
