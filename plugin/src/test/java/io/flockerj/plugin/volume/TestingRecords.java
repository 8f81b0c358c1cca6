package io.flockerj.plugin.volume;

import java.io.IOException;
import java.nio.file.Path;

/** Changes record files, and fails when it is told to, before the change or after it. */
final class TestingRecords implements RecordFiles {
    /** When it fails. */
    enum Moment {
        NEVER,
        BEFORE,
        AFTER
    }

    private final RecordFiles onDisk = RecordFiles.durable();
    private Moment next = Moment.NEVER;
    private Moment later = Moment.NEVER;

    /** The next change fails, and is made all the same if {@code moment} is after it. */
    void failNext(Moment moment) {
        next = moment;
        later = Moment.NEVER;
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
        changing(() -> onDisk.replace(file, content));
    }

    @Override
    public void delete(Path file) throws IOException {
        changing(() -> onDisk.delete(file));
    }

    private interface Change {
        void run() throws IOException;
    }

    private void changing(Change change) throws IOException {
        Moment moment = next;
        next = later;
        if (moment != Moment.BEFORE) {
            change.run();
        }
        if (moment != Moment.NEVER) {
            throw new IOException("told to fail at a record");
        }
    }
}
