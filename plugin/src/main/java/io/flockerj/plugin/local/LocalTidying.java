package io.flockerj.plugin.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what was put aside beside volumes, when its time is over.
 *
 * @param keep how long what a volume held before is kept
 */
public record LocalTidying(LocalRecords records, EngineView view, InstantSource clock, Duration keep) {
    private static final Logger LOG = LoggerFactory.getLogger(LocalTidying.class);

    /** Goes through all volumes that are known. */
    public void run() {
        for (LocalRecord record : records.all()) {
            Path mountPoint = record.mountPoint();
            try {
                if (record.driver().equals("local")) {
                    VolumeDirectory.tidy(view, mountPoint, clock.instant(), keep);
                }
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("volume", record.name())
                        .addKeyValue("directory", mountPoint.getParent())
                        .log("What was kept beside a volume takes space for now");
            }
        }
    }
}
