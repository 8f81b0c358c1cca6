package io.flockerj.plugin.http;

/** What a client sent, in the order in which it has to be answered. */
sealed interface Incoming {
    /**
     * A complete request.
     *
     * @param last whether the client wants the connection closed after the answer
     * @param bodiless whether the answer must have no body, as to HEAD
     */
    record Call(Request request, boolean last, boolean bodiless) implements Incoming {}

    /** Something that is not a request, or one beyond a limit. Nothing after it is looked at. */
    record Refused(int status, String message) implements Incoming {}
}
