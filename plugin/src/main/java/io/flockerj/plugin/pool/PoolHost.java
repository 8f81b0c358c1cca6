package io.flockerj.plugin.pool;

import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The host that a pool is opened on, and how.
 *
 * @param host where the host's paths are found
 * @param hostState the state directory, as a path of the host
 * @param poolMount where a file system of the pool's own is mounted
 * @param proc the host's {@code /proc}
 * @param sys the host's {@code /sys}
 * @param commands runs mkfs
 * @param quotas whether to count and limit
 * @param takeOver whether a block device may be taken from the host that its record names
 * @param ids new ids
 */
public record PoolHost(
        HostRoot host,
        Path hostState,
        Path poolMount,
        Path proc,
        Path sys,
        CommandRunner commands,
        QuotaPolicy quotas,
        boolean takeOver,
        Supplier<RandomId> ids) {
    /** The state directory as found here. */
    Path state() throws IOException {
        return host.resolve(hostState);
    }
}
