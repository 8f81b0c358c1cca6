package io.flockerj.plugin;

import io.flockerj.plugin.volume.MountReach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of a daemon whose mounts do not reach the engine. The engine starts a plugin that ends by itself again, and shares the
 * directory of mounts with it anew; so ending is the remedy, as long as nobody waits for an answer yet.
 */
final class CutOffStart {
    /**
     * Longer than an engine takes to start a plugin again, and shorter than itself takes to be started again. One that never shares the
     * directory is so not kept busy: mounts are refused then, and say why.
     */
    private static final Duration NOT_AGAIN_WITHIN = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(CutOffStart.class);

    private final Settings settings;
    private final MountReach reach;
    private final Clock clock;

    CutOffStart(Settings settings, Path proc, Clock clock) {
        this.settings = settings;
        this.reach = new MountReach(proc);
        this.clock = clock;
    }

    /** Whether to end in order to be started again. What cannot be told is no reason to: each mount is looked at, too. */
    boolean isToEnd() {
        try {
            if (!reach.isCutOff(settings.mounts())) {
                return false;
            }
            boolean first = isFirst();
            LOG.atWarn()
                    .addKeyValue("mounts", settings.mounts())
                    .log(
                            first
                                    ? "The engine does not see what is mounted here; ending, so that it starts the plugin again"
                                    : "The engine does still not see what is mounted here; containers cannot be started with volumes until"
                                            + " the plugin is disabled with -f and enabled again");
            return first;
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("Cannot tell whether the engine sees what is mounted");
            return false;
        }
    }

    /** Notes the time, which survives this process, and answers whether it is the first within a while. */
    private boolean isFirst() throws IOException {
        Path note = Files.createDirectories(settings.run()).resolve("cut-off");
        Instant now = clock.instant();
        Instant before = lastTime(note);
        if (!before.isAfter(now) && before.plus(NOT_AGAIN_WITHIN).isAfter(now)) {
            return false;
        }
        Files.writeString(note, "");
        Files.setLastModifiedTime(note, FileTime.from(now));
        return true;
    }

    private static Instant lastTime(Path note) throws IOException {
        try {
            return Files.getLastModifiedTime(note).toInstant();
        } catch (NoSuchFileException never) {
            return Instant.EPOCH;
        }
    }
}
