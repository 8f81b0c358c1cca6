package io.flockerj.plugin;

import io.flockerj.plugin.volume.MountReach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of a daemon whose mounts do not reach the engine. The engine starts a plugin that ends by itself again, and shares the
 * directory of mounts with it anew; so ending is the remedy, as long as nobody waits for an answer yet.
 */
final class CutOffStart {
    /**
     * So often it is tried, within {@link #A_WHILE}: an engine that is killed again and again may need each of them. One that never shares the
     * directory is so not kept busy: mounts are refused then, and say why.
     */
    private static final int MOST_ENDS = 3;

    /** Longer than an engine takes to start a plugin so often. */
    private static final Duration A_WHILE = Duration.ofSeconds(30);

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
            boolean isOfUse = isOfUse();
            LOG.atWarn()
                    .addKeyValue("mounts", settings.mounts())
                    .log(
                            isOfUse
                                    ? "The engine does not see what is mounted here; ending, so that it starts the plugin again"
                                    : "The engine does still not see what is mounted here; containers cannot be started with volumes until"
                                            + " the plugin is disabled with -f and enabled again");
            return isOfUse;
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("Cannot tell whether the engine sees what is mounted");
            return false;
        }
    }

    /** Notes the time, which survives this process, and answers whether there were only a few within a while. */
    private boolean isOfUse() throws IOException {
        Path note = Files.createDirectories(settings.run()).resolve("cut-off");
        Instant now = clock.instant();
        List<String> ends = new ArrayList<>();
        if (Files.exists(note)) {
            Files.readAllLines(note).stream().filter(end -> isLately(end, now)).forEach(ends::add);
        }
        if (ends.size() >= MOST_ENDS) {
            return false;
        }
        ends.add(now.toString());
        Files.write(note, ends);
        return true;
    }

    private static boolean isLately(String end, Instant now) {
        try {
            Instant time = Instant.parse(end);
            return !time.isAfter(now) && time.plus(A_WHILE).isAfter(now);
        } catch (DateTimeException noTime) {
            return false; // Torn, perhaps.
        }
    }
}
