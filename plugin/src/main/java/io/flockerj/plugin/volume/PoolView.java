package io.flockerj.plugin.volume;

import java.util.Optional;

/**
 * A pool as it is shown.
 *
 * @param id 32 hexadecimal digits
 * @param description what and where it is
 * @param availableBytes that can still be written to it
 * @param refusal why it takes no new volumes and snapshots now, and what to do
 * @param snapshotsRefusal why its snapshots can be neither read nor taken now, though its volumes are as they should be, and what to do
 * @param volumes how many there are
 * @param snapshots how many are kept
 */
public record PoolView(
        String id,
        String description,
        String driver,
        long totalBytes,
        long availableBytes,
        Optional<String> refusal,
        Optional<String> snapshotsRefusal,
        int volumes,
        int snapshots) {}
