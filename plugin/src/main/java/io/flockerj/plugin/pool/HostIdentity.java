package io.flockerj.plugin.pool;

import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Which host this is, and which of its lives.
 *
 * @param host a random id that stands in the state directory; machine ids are no use, for cloned machines share them
 * @param boot the kernel's id of this boot
 */
record HostIdentity(RandomId host, String boot) {
    private static final String FILE_NAME = "host-id";

    /** Reads the host's identity, and makes it up the first time. */
    static HostIdentity of(Path stateDirectory, Path proc, Supplier<RandomId> ids) throws IOException {
        Path file = stateDirectory.resolve(FILE_NAME);
        if (!Presence.isThere(file)) {
            DurableFile.replace(file, (ids.get() + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        String host = Files.readString(file).strip();
        if (!RandomId.isValid(host)) {
            throw new PoolException(file + " holds no id of 32 hexadecimal digits; delete it to have a new one made");
        }
        return new HostIdentity(
                new RandomId(host),
                Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip());
    }
}
