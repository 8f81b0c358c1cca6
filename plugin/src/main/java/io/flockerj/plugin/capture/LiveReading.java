package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.storage.Torn;
import io.flockerj.store.id.Id;
import io.flockerj.store.tree.Entry;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what stands under a name while others write to it, and tells what has become of it meanwhile. For one thread. */
final class LiveReading {
    /** So often a file is read that changes meanwhile; then it is kept as it was read last. */
    static final int MOST_READINGS = 3;
    /** So often it is tried to read what is taken away or replaced each time. */
    static final int MOST_FAILURES = 9;

    private final CaptureRun run;
    private final DirectoryChain chain;
    private Torn torn = Torn.NONE;

    LiveReading(CaptureRun run, DirectoryChain chain) {
        this.run = run;
        this.chain = chain;
    }

    /** What came of it. */
    sealed interface Outcome {
        /**
         * It was read.
         *
         * @param isWhole whether it did not change meanwhile
         */
        record Done(Entry entry, boolean isWhole) implements Outcome {}

        /** It looks otherwise by now, and should be read again. */
        record Changed(FileStatus now) implements Outcome {}

        /** It is not there any more, or a directory. */
        record Gone() implements Outcome {}
    }

    /** The files that were never found at rest. */
    Torn torn() {
        return torn;
    }

    /** A file was never found at rest. */
    void torn(byte[] name, String what) {
        torn = torn.and("/" + RawPath.display(chain.path(name)));
        run.remark(chain.display(name) + " " + what);
    }

    /**
     * What has this name in the last directory; empty if nothing has.
     *
     * @throws LinuxException if it cannot be looked at
     */
    Optional<FileStatus> look(byte[] name) throws IOException {
        FileHandle directory = chain.handle();
        try {
            return Optional.of(FileStatus.in(directory, name));
        } catch (LinuxException e) {
            if (LiveLinks.isVanished(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Reads it once.
     *
     * @param status how it looked just before
     * @param reading which time this is, from 1 on
     * @throws IOException if it cannot be read, and did not change; or the repository cannot be written
     */
    Outcome read(byte[] name, FileStatus status, Optional<Id> links, int reading) throws IOException {
        boolean isLast = reading >= MOST_READINGS;
        FileHandle directory = chain.handle();
        Entry entry = null;
        IOException failure = null;
        try {
            entry = run.inodes()
                    .entry(directory, name, status, links, isLast ? run.content()::asFarAsItGoes : run.content()::file);
        } catch (LinuxException
                | ChangedMeanwhileException e) { // These alone are of the file, not of where it is written to.
            run.beginAnew();
            failure = e;
        }
        FileStatus now = look(name).orElse(null);
        return now == null || now.kind() == FileKind.DIRECTORY
                ? new Outcome.Gone()
                : outcome(name, entry, failure, status, now, reading);
    }

    private Outcome outcome(
            byte[] name,
            @Nullable Entry entry,
            @Nullable IOException failure,
            FileStatus before,
            FileStatus now,
            int reading)
            throws IOException {
        boolean isSame = Seen.isSame(before, now);
        if (failure != null && isSame) {
            throw failure;
        }
        if (entry != null && isSame) {
            return new Outcome.Done(entry, true);
        }
        if (entry != null && reading >= MOST_READINGS) {
            torn(name, "changed each time it was read: what is there of it in the snapshot may be of several moments.");
            return new Outcome.Done(entry, false);
        }
        if (reading >= MOST_FAILURES) {
            torn(name, "was replaced each time it was read: it is not in the snapshot.");
            return new Outcome.Gone();
        }
        return new Outcome.Changed(now);
    }
}
