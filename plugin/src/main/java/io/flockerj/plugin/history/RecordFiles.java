package io.flockerj.plugin.history;

import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.SharedSync;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Changes the files of records. What has returned survives a loss of power; what has failed may have happened or not, unless the exception says more. */
public interface RecordFiles {
    /** On disk. */
    static RecordFiles durable() {
        // One sync serves those who have changed the same directory, and nobody else.
        Map<Path, SharedSync> names = new ConcurrentHashMap<>();
        return new RecordFiles() {
            @Override
            public void replace(Path file, byte[] content) throws IOException {
                Path directory = Objects.requireNonNull(file.getParent(), "a record lies in a directory");
                DurableFile.replace(file, content, names.computeIfAbsent(directory, any -> new SharedSync()));
            }

            @Override
            public void delete(Path file) throws IOException {
                DurableFile.delete(file);
            }

            @Override
            public void keep(Path file, Path aside) throws IOException {
                DurableFile.keep(file, aside);
            }

            @Override
            public void sync(Path directory) throws IOException {
                DurableFile.syncDirectory(directory);
            }
        };
    }

    /** Writes a file as a whole, in place of the one that has its name. */
    void replace(Path file, byte[] content) throws IOException;

    /** Deletes a file if it is there. */
    void delete(Path file) throws IOException;

    /**
     * Gives a file a second name, in a directory that is made if need be, so that what it holds stays when the first is written
     * over or deleted.
     */
    void keep(Path file, Path aside) throws IOException;

    /** Makes the files survive a loss of power as they are found, whoever has changed them. */
    void sync(Path directory) throws IOException;
}
