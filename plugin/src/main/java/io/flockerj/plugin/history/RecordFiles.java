package io.flockerj.plugin.history;

import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.SharedSync;
import java.io.IOException;
import java.nio.file.Path;

/** Changes the files of records. What has returned survives a loss of power; what has failed may have happened or not, unless the exception says more. */
public interface RecordFiles {
    /** On disk, all in one directory. */
    static RecordFiles durable() {
        SharedSync names = new SharedSync();
        return new RecordFiles() {
            @Override
            public void replace(Path file, byte[] content) throws IOException {
                DurableFile.replace(file, content, names);
            }

            @Override
            public void delete(Path file) throws IOException {
                DurableFile.delete(file);
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

    /** Makes the files survive a loss of power as they are found, whoever has changed them. */
    void sync(Path directory) throws IOException;
}
