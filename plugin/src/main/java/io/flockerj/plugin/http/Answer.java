package io.flockerj.plugin.http;

/** How a request ends. */
public sealed interface Answer {
    /** With a response. */
    record Reply(Response response) implements Answer {}

    /** With a response whose body is written while the client takes it. */
    record Stream(StreamedResponse response) implements Answer {}

    /** With no response: the connection is closed, and whatever else was asked on it stays unanswered too. */
    record Drop() implements Answer {}
}
