package io.flockerj.hub.catalogue;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A snapshot as the catalogue knows it.
 *
 * @param time of one that is damaged: that of the snapshot that comes from it
 * @param told what its commit says; empty if that is missing or damaged in the storage
 */
public record Snapshot(Id id, Optional<Id> parent, Instant time, Optional<Told> told) {
    /**
     * What a commit says.
     *
     * @param commit the hash of the object
     * @param branch as it was called then
     * @param volume as it was called then
     * @param restoredFrom for the outcome of a rollback: the snapshot that was gone back to
     * @param entries names of files and directories in it
     * @param bytes the sum of the sizes of files
     */
    public record Told(
            Hash commit,
            Optional<String> author,
            Optional<String> message,
            SortedMap<String, String> labels,
            String branch,
            String volume,
            Optional<Id> restoredFrom,
            boolean atomic,
            long entries,
            long bytes) {
        public Told {
            labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        }
    }
}
