package io.flockerj.plugin.history;

import io.flockerj.plugin.storage.RandomId;

/**
 * The history that a volume works on.
 *
 * @param id carried along by everything that copies the history
 * @param name a label for people
 */
public record Volumeset(RandomId id, Name name) {}
