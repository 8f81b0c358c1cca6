package io.flockerj.hub.audit;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What came of an act. */
public enum Outcome {
    /** It was about to be done. Without a later row of the same request a hub ended before it knew. */
    BEGUN,
    DONE,
    /** It was not allowed. */
    REFUSED,
    /** It was allowed, and did not succeed. */
    FAILED;

    /** As it is written in the record. */
    public String written() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #written()}; empty if it is none. */
    public static Optional<Outcome> parse(String text) {
        return Arrays.stream(values())
                .filter(outcome -> outcome.written().equals(text))
                .findFirst();
    }
}
