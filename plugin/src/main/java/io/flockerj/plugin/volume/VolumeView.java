package io.flockerj.plugin.volume;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A volume as it is shown. Ids are 32 hexadecimal digits, sizes bytes.
 *
 * @param mountPoint where it is mounted; empty while it is not
 * @param branch that it works on; empty for a clone that is named by a ref, until its first own snapshot
 * @param pool for people
 * @param bytesUsed what it has written and still takes on disk; empty where nobody knows
 * @param bytesUsedAt when that was so
 * @param mountsHeld as far as the daemon knows
 * @param snapshots that are kept, of its branch and what led to it
 * @param newest of these
 * @param parent the snapshot that it was made from
 * @param options as they were asked for
 */
public record VolumeView(
        VolumeName name,
        Instant createdAt,
        Optional<Path> mountPoint,
        String volumesetId,
        String volumesetName,
        Optional<String> branch,
        String driver,
        String pool,
        Optional<Long> bytesUsed,
        Optional<Instant> bytesUsedAt,
        Optional<Long> sizeLimit,
        int mountsHeld,
        boolean readOnly,
        int snapshots,
        Optional<Newest> newest,
        Optional<String> parent,
        Map<String, String> options) {
    private static final List<String> ORIGIN_AND_TARGET = List.of("from", "remote");
    private static final int SHOWN_DIGITS = 12;

    public VolumeView {
        options = ImmutableMap.copyOf(options);
    }

    /** A volume's newest snapshot. */
    public record Newest(String id, Instant time) {}

    /** Facts for people by name, in the order to show them; strings, numbers and booleans. */
    public Map<String, Object> status() {
        ImmutableMap.Builder<String, Object> status = ImmutableMap.builder();
        status.put("driver", driver)
                .put("pool", pool)
                .put("volumeset", volumesetName + "@" + shown(volumesetId))
                .put("branch", branch.orElse("none yet"))
                .put("snapshots", snapshots);
        newest.ifPresent(snapshot -> status.put("lastSnapshot", shown(snapshot.id()))
                .put("lastSnapshotAt", snapshot.time().toString()));
        parent.ifPresent(id -> status.put("parent", shown(id)));
        for (String option : ORIGIN_AND_TARGET) {
            if (options.containsKey(option)) {
                status.put(option, options.get(option));
            }
        }
        if (readOnly) {
            status.put("access", "read-only");
        }
        return status.put("bytesUsed", bytesUsed.isPresent() ? (Object) bytesUsed.get() : "unknown")
                .put("sizeLimit", sizeLimit.isPresent() ? (Object) sizeLimit.get() : "none")
                .put("mountsHeld", mountsHeld)
                .build();
    }

    private static String shown(String id) {
        return id.substring(0, SHOWN_DIGITS);
    }
}
