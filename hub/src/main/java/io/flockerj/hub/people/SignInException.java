package io.flockerj.hub.people;

import java.time.Duration;
import java.util.Optional;

/** Somebody was not let in. It never says whether the account, the password or the token was wrong. */
public final class SignInException extends PeopleException {
    private final Reason reason;
    private final Duration retryAfter;

    /** Why. */
    public enum Reason {
        /** Name or password are wrong, or the account may not sign in. */
        REFUSED,
        /** There were too many attempts. */
        THROTTLED,
        /** Too many sign in at this moment. */
        BUSY
    }

    private SignInException(Reason reason, Duration retryAfter, String message) {
        super(message);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    static SignInException refused() {
        return new SignInException(Reason.REFUSED, Duration.ZERO, "the name or the password is wrong");
    }

    static SignInException throttled(Duration retryAfter) {
        return new SignInException(
                Reason.THROTTLED,
                retryAfter,
                "too many attempts to sign in failed: try again in " + (retryAfter.toSeconds() + 1) + " s");
    }

    static SignInException busy() {
        return new SignInException(
                Reason.BUSY, Duration.ofSeconds(1), "too many are signing in at this moment: try again in a second");
    }

    public Reason reason() {
        return reason;
    }

    /** When to try again; empty if that changes nothing. */
    public Optional<Duration> retryAfter() {
        return retryAfter.isZero() ? Optional.empty() : Optional.of(retryAfter);
    }
}
