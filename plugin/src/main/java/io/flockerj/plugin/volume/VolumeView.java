package io.flockerj.plugin.volume;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A volume as it is shown.
 *
 * @param mountPoint where it is mounted; empty while it is not
 * @param status facts for people by name, in the order to show them; strings, numbers and booleans
 */
public record VolumeView(VolumeName name, Instant createdAt, Optional<Path> mountPoint, Map<String, Object> status) {
    public VolumeView {
        status = ImmutableMap.copyOf(status);
    }
}
