package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.storage.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** The daemon's directory on the host, held by one daemon for as long as it lives. */
final class StateDirectory implements AutoCloseable {
    static final String LOCK_NAME = "lock";

    private final Path directory;
    private final FileHandle lock;

    private StateDirectory(Path directory, FileHandle lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /** Makes the directory if need be, closed to all but its owner, and takes it. */
    static StateDirectory take(Path directory) throws IOException {
        makeClosed(directory);
        return new StateDirectory(directory, lock(directory, "another flockerj daemon"));
    }

    /** Makes a directory if need be, and closes it to all but its owner: volumes hold other people's setuid files. */
    static void makeClosed(Path directory) throws IOException {
        DurableFile.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    /**
     * Takes the lock of a directory until the answer is closed or the process ends.
     *
     * @throws PoolException if another process holds it
     */
    static FileHandle lock(Path directory, String holder) throws IOException {
        FileHandle handle = FileHandle.openOrCreate(directory.resolve(LOCK_NAME), 0600);
        boolean taken = false;
        try {
            taken = handle.tryLockExclusive();
            if (!taken) {
                throw new PoolException(holder + " is using " + directory
                        + "; stop that one, or give this one a state directory of its own");
            }
            return handle;
        } finally {
            if (!taken) {
                handle.close();
            }
        }
    }

    Path path() {
        return directory;
    }

    Optional<PoolRecord> record() throws IOException {
        return PoolRecord.read(directory);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
