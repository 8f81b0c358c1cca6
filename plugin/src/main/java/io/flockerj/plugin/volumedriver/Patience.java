package io.flockerj.plugin.volumedriver;

import java.time.Duration;

/**
 * How long a call may take. Docker's client gives up after 30 s at the earliest, and repeats calls that failed before 29 s.
 *
 * @param atGate how long a call waits for the volumes to be loaded
 * @param forAnswer how long a call is left without an answer in all
 * @param forErrand how long a call waits for work that may take long, and goes on without it
 */
public record Patience(Duration atGate, Duration forAnswer, Duration forErrand) {
    /** What the daemon uses. */
    public static final Patience DEFAULT =
            new Patience(Duration.ofSeconds(20), Duration.ofSeconds(22), Duration.ofSeconds(20));

    public Patience {
        if (atGate.isNegative() || atGate.compareTo(forAnswer) >= 0) {
            throw new IllegalArgumentException("the wait at the gate must end before the whole time does");
        }
    }
}
