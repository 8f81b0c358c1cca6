package io.flockerj.plugin;

import com.google.common.collect.ImmutableMap;
import io.flockerj.plugin.pool.PoolChoice;
import io.flockerj.plugin.pool.QuotaPolicy;
import io.flockerj.plugin.storage.RandomId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a daemon runs, as whoever set it up wants it.
 *
 * @param socket where Docker or Podman finds the daemon
 * @param control where people and programs find it
 * @param hostRoot the host's root directory as the daemon sees it
 * @param state the state directory, as a path of the host
 * @param mounts where volumes are mounted
 * @param run for what lasts as long as the boot
 * @param pool which pool
 * @param quotas whether btrfs counts and limits
 * @param keepRemoved how long removed volumes stay in the trash
 * @param takeOver the record of a block device's owner that does not count
 * @param logLevel the least severe events that are told
 */
public record Settings(
        Path socket,
        Path control,
        Path hostRoot,
        Path state,
        Path mounts,
        Path run,
        PoolChoice pool,
        QuotaPolicy quotas,
        Duration keepRemoved,
        Optional<RandomId> takeOver,
        LogLevel logLevel) {
    /** The settings as people write them, by key; none is secret. */
    Map<String, String> shown() {
        return ImmutableMap.<String, String>builder()
                .put(SettingKey.SOCKET.word(), socket.toString())
                .put(SettingKey.CONTROL.word(), control.toString())
                .put(SettingKey.HOST_ROOT.word(), hostRoot.toString())
                .put(SettingKey.STATE.word(), state.toString())
                .put(SettingKey.MOUNTS.word(), mounts.toString())
                .put(SettingKey.RUN.word(), run.toString())
                .put(SettingKey.POOL.word(), pool.toString())
                .put(SettingKey.QUOTAS.word(), quotas.name().toLowerCase(Locale.ROOT))
                .put(SettingKey.TRASH_KEEP.word(), keepRemoved.toSeconds() + "s")
                .put(SettingKey.LOG_LEVEL.word(), logLevel.name().toLowerCase(Locale.ROOT))
                .buildOrThrow();
    }

    /** How much the daemon tells. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }
}
