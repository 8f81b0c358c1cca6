package io.flockerj.plugin.volume;

/**
 * What a rollback has done.
 *
 * @param safety what the volume held before
 * @param snapshot the newest snapshot now, equal to the one that was gone back to
 */
public record RollbackOutcome(VolumeView volume, SnapshotView safety, SnapshotView snapshot) {}
