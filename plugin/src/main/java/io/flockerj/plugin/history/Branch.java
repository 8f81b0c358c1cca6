package io.flockerj.plugin.history;

import io.flockerj.plugin.storage.RandomId;

/**
 * A line of snapshots within a volumeset.
 *
 * @param id for ever; that of the volume that began the branch
 * @param name as it was when this was written down; branches are renamed in their volumeset's record
 */
public record Branch(RandomId id, Name name) {}
