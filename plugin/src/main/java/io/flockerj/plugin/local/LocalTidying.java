package io.flockerj.plugin.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what pulls that were cut off have brought beside volumes, when its time is over. What a volume held before stays: whether all of it is
 * elsewhere, nobody knows for certain.
 */
public record LocalTidying(LocalRecords records, EngineView view, InstantSource clock) {
    private static final Logger LOG = LoggerFactory.getLogger(LocalTidying.class);

    /** Goes through all volumes that are known; what is wrong with one of them is no reason to leave out others. */
    public void run() {
        for (LocalRecord record : records.all()) {
            Path mountPoint = record.mountPoint();
            try {
                if (record.driver().equals("local")) {
                    VolumeDirectory.tidy(view, mountPoint, clock.instant());
                }
            } catch (IOException | RuntimeException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("volume", record.name())
                        .addKeyValue("directory", mountPoint)
                        .log("What was brought beside a volume takes space for now");
            }
        }
    }
}
