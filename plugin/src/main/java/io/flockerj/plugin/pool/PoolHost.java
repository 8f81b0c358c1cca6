package io.flockerj.plugin.pool;

import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
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
 * @param takeOver the id of the owner's record that does not keep this host from a block device
 * @param takingLasts longer than any host that shares a block device needs from reading its owner to having written it
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
        Optional<RandomId> takeOver,
        Duration takingLasts,
        Supplier<RandomId> ids) {
    /** The state directory as found here. */
    Path state() throws IOException {
        return host.resolve(hostState);
    }
}
