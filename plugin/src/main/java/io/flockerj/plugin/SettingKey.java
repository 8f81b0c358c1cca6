package io.flockerj.plugin;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A setting: {@code --trash-keep=VALUE} as an argument, {@code FLOCKERJ_TRASH_KEEP} in the environment. */
enum SettingKey {
    SOCKET("/run/docker/plugins/flockerj.sock", "the socket that Docker or Podman calls"),
    CONTROL("/run/flockerj/control.sock", "the socket of the control API"),
    HOST_ROOT("/", "the host's root directory as the daemon sees it"),
    STATE("/var/lib/flockerj", "the directory on the host that holds the daemon's state and the pool file"),
    MOUNTS("/run/flockerj/mounts", "where volumes are mounted"),
    RUN("/run/flockerj", "for what lasts as long as the boot, such as the pool's own mount"),
    POOL("auto", "where volumes live: auto, btrfs:DIR, device:/dev/…, file[:SIZE], plain:DIR"),
    QUOTAS("auto", "whether btrfs counts and limits what volumes take: auto, on, off"),
    TRASH_KEEP("24h", "how long removed volumes can be restored, such as 90m, 24h or 7d; 0 not at all"),
    TAKE_OVER("none", "the id of the owner to take a block device from, as its refusal says; none for nobody"),
    LOG_LEVEL("info", "error, warn, info or debug");

    private final String defaultText;
    private final String purpose;

    SettingKey(String defaultText, String purpose) {
        this.defaultText = defaultText;
        this.purpose = purpose;
    }

    /** As it is written after {@code --}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String variable() {
        return "FLOCKERJ_" + name();
    }

    String defaultText() {
        return defaultText;
    }

    String purpose() {
        return purpose;
    }

    static Optional<SettingKey> of(String word) {
        return Arrays.stream(values()).filter(key -> key.word().equals(word)).findFirst();
    }
}
