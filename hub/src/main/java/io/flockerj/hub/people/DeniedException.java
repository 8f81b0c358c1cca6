package io.flockerj.hub.people;

/** Somebody may not do what they asked for. The message says why, and what to do. */
public final class DeniedException extends PeopleException {
    private final Reason reason;

    /** Why. */
    public enum Reason {
        /** Nobody is signed in. */
        SIGN_IN,
        /** A token was shown, and this takes a session. */
        SESSION_NEEDED,
        /** A right is missing. */
        NOT_ALLOWED
    }

    private DeniedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Nobody is signed in. In the same words whether there is something or not. */
    public static DeniedException signIn() {
        return new DeniedException(Reason.SIGN_IN, "sign in first");
    }

    /** A token was shown. */
    public static DeniedException sessionNeeded() {
        return new DeniedException(
                Reason.SESSION_NEEDED,
                "a token does not manage accounts, teams, tokens or the record: sign in by password");
    }

    /**
     * The rights do not reach.
     *
     * @param why what is missing
     */
    public static DeniedException notAllowed(String why) {
        return new DeniedException(Reason.NOT_ALLOWED, why);
    }

    public Reason reason() {
        return reason;
    }
}
