package io.flockerj.store.backend;

/** What a backend tells one value from the next by. It means nothing to others, and nothing to another backend. */
public record Version(String text) {}
