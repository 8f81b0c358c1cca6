package io.flockerj.hub.access;

import java.io.IOException;
import java.util.Optional;

/** Finds out who asks, by what the request shows. Safe for many threads. */
public interface Authentication {
    /**
     * Tells who asks.
     *
     * @param bearer the token that was shown; empty if none was
     * @param address where the request comes from
     * @param request its id
     */
    Outcome authenticate(Optional<String> bearer, String address, String request) throws IOException;

    /** What came of it. */
    sealed interface Outcome {
        /** The caller is known, or has shown nothing and is anonymous. */
        record Known(Caller caller) implements Outcome {}

        /** What was shown is not taken. */
        record Refused(Reason reason) implements Outcome {}
    }

    /** Why a token is not taken. That it has expired or was revoked is told only to who shows that very token. */
    enum Reason {
        /** There is no such token. */
        UNKNOWN,
        EXPIRED,
        REVOKED,
        /** Its account was disabled or removed. */
        ACCOUNT_CLOSED
    }
}
