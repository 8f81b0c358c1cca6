package io.flockerj.plugin.history;

import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file among the records that is none, or cannot be read. While it lies there, what it says may be true of anything.
 *
 * @param id whose record it is, as its name tells
 * @param why it cannot be read
 */
public record DamagedRecord(Path file, Optional<RandomId> id, String why) {
    /** Puts it back after a failure to write over it, if that took it away. */
    public void putBack(RecordFiles files, Path aside, Exception failure) {
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                files.keep(/* file= */ aside, /* aside= */ file);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
