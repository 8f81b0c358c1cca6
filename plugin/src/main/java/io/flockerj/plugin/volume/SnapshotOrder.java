package io.flockerj.plugin.volume;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A wish for snapshots, one of each volume.
 *
 * @param tag each of the snapshots gets it in its volumeset
 * @param paused whether whatever writes to the volumes is paused meanwhile, as the caller says
 */
public record SnapshotOrder(
        List<VolumeName> volumes,
        Optional<String> message,
        Optional<String> author,
        Map<String, String> labels,
        Optional<String> tag,
        boolean paused) {
    /** Volumes in one call: each is one system call in which the others wait. */
    public static final int MOST_VOLUMES = 64;

    public SnapshotOrder {
        volumes = List.copyOf(volumes);
        labels = ImmutableMap.copyOf(labels);
    }
}
