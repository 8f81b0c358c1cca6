package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.storage.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Changes record files, and fails when it is told to, before the change or after it. */
final class TestingRecords implements RecordFiles {
    /** When it fails. */
    enum Moment {
        NEVER,
        BEFORE,
        AFTER
    }

    private final RecordFiles onDisk = RecordFiles.durable();
    private final List<Path> synced = new ArrayList<>();
    private boolean deletionsFail;
    private int passing;
    private Moment next = Moment.NEVER;
    private Moment later = Moment.NEVER;

    /** The next change fails, and is made all the same if {@code moment} is after it. */
    void failNext(Moment moment) {
        next = moment;
        later = Moment.NEVER;
    }

    /** The next change but so many fails. */
    void failLater(int passed, Moment moment) {
        passing = passed;
        failNext(moment);
    }

    /** Every change fails, as on a disk that has become read-only. */
    void failFromNowOn() {
        failFromNowOn(Moment.BEFORE);
    }

    /** Every change fails; the first is made all the same if {@code moment} is after it. */
    void failFromNowOn(Moment moment) {
        next = moment;
        later = Moment.BEFORE;
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
        try {
            changing(() -> onDisk.replace(file, content));
        } catch (FailedBeforeException e) {
            throw new DurableFile.UnchangedFileException(e);
        }
    }

    /** Nothing can be deleted from now on. */
    void failDeletions() {
        deletionsFail = true;
    }

    @Override
    public void delete(Path file) throws IOException {
        if (deletionsFail) {
            throw new IOException("told to fail at a deletion");
        }
        changing(() -> onDisk.delete(file));
    }

    @Override
    public void keep(Path file, Path aside) throws IOException {
        changing(() -> onDisk.keep(file, aside));
    }

    @Override
    public void sync(Path directory) throws IOException {
        if (later != Moment.NEVER) {
            throw new IOException("told to fail at a sync");
        }
        synced.add(directory);
    }

    /** The directories that were synced, in that order. */
    List<Path> synced() {
        return List.copyOf(synced);
    }

    private static final class FailedBeforeException extends IOException {
        private static final long serialVersionUID = 1;

        FailedBeforeException() {
            super("told to fail at a record");
        }
    }

    private interface Change {
        void run() throws IOException;
    }

    private void changing(Change change) throws IOException {
        if (passing > 0) {
            passing--;
            change.run();
            return;
        }
        Moment moment = next;
        next = later;
        if (moment == Moment.BEFORE) {
            throw new FailedBeforeException();
        }
        change.run();
        if (moment != Moment.NEVER) {
            throw new IOException("told to fail at a record");
        }
    }
}
