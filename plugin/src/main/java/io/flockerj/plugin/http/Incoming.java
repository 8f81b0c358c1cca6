package io.flockerj.plugin.http;

/** What a client sent, in the order in which it has to be answered. */
sealed interface Incoming {
    /** A complete request. */
    record Call(Request request, Manner manner) implements Incoming {}

    /** The head of a request whose body is to be read while it comes. */
    record Uploading(Upload upload, UploadBody body, Manner manner) implements Incoming {}

    /** Something that is not a request, or one beyond a limit. Nothing after it is looked at. */
    record Refused(int status, String message) implements Incoming {}

    /**
     * How the client wants its answer.
     *
     * @param last whether it wants the connection closed after the answer
     * @param bodiless whether the answer must have no body, as to HEAD
     * @param chunks whether it understands an answer in chunks, as HTTP/1.1 does
     */
    record Manner(boolean last, boolean bodiless, boolean chunks) {
        /** As this, but the connection is closed. */
        Manner andLast() {
            return new Manner(true, bodiless, chunks);
        }
    }
}
