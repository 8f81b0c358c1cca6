package io.flockerj.plugin.volume;

import com.google.common.collect.ImmutableMap;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A snapshot as it is shown. Ids are 32 hexadecimal digits.
 *
 * @param keptParent the nearest ancestor that is kept, here or on a remote: the parent, unless that was removed
 * @param tags of its volumeset that name it
 * @param heads branches whose newest snapshot it is
 * @param branch the branch that it was taken on
 * @param volume the volume that it was taken of
 * @param torn files that were never at rest while it was taken; empty if there are none
 * @param elsewhere whether it is on a remote, and not here
 * @param remotes the names of those that hold it, as far as is known
 */
public record SnapshotView(
        String id,
        String volumesetId,
        String volumesetName,
        Optional<String> parent,
        Optional<String> keptParent,
        Instant time,
        Optional<String> author,
        Optional<String> message,
        Map<String, String> labels,
        List<String> tags,
        List<String> heads,
        String branch,
        String volume,
        boolean atomic,
        boolean paused,
        Optional<TornView> torn,
        Optional<GroupView> group,
        Optional<String> restoredFrom,
        boolean held,
        boolean removed,
        boolean elsewhere,
        List<String> remotes) {
    public SnapshotView {
        labels = ImmutableMap.copyOf(labels);
        tags = List.copyOf(tags);
        heads = List.copyOf(heads);
        remotes = List.copyOf(remotes);
    }

    /** Files that were never at rest: how many, and where some of them are. */
    public record TornView(long files, List<String> first) {
        public TornView {
            first = List.copyOf(first);
        }
    }

    /** Snapshots of several volumes that were taken by one call; the gap is since the first of them. */
    public record GroupView(String id, int index, int size, long gapNanos) {}
}
