package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.store.tree.TreeRef;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/** Writes what a walk sees, in the order in which it does. Nothing is synced: a catalogue that is not whole is none. */
final class CatalogueWriter implements AutoCloseable {
    private static final int BUFFER = 128 << 10;

    private final CRC32C checksum = new CRC32C();
    private final Scan scan;
    private final boolean isTelling;
    private final DataOutputStream out;

    /**
     * Begins one, and a walk.
     *
     * @param file replaced if it is there; the clock of its file system tells when. If what is walked through may have another clock, nothing
     *     that is seen is trusted the next time
     * @param here what is walked through
     * @param margin as in {@link Scan}
     */
    CatalogueWriter(Path file, Origin here, long margin) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file);
        try (FileHandle made = FileHandle.openRead(file)) {
            FileStatus status = FileStatus.of(made);
            scan = new Scan(status.changed(), status.changedNanos(), margin);
            isTelling = here.isTelling() && here.hasClockOf(made);
        }
        out = new DataOutputStream(
                new CheckedOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER), checksum));
        out.write(CatalogueFormat.MAGIC);
        here.write(out);
    }

    /** When the walk began. */
    Scan scan() {
        return scan;
    }

    /**
     * A name of the directory that is written, or the root; if it is a directory, what is in it follows, and {@link #end}.
     *
     * @param isTrusted whether it was surely captured as it was seen
     */
    void name(byte[] name, Seen seen, boolean isTrusted) throws IOException {
        out.writeByte(
                isTelling && isTrusted && scan.isSettled(seen) ? CatalogueFormat.TRUSTED : CatalogueFormat.DOUBTFUL);
        out.writeByte(name.length);
        out.write(name);
        CatalogueFormat.write(out, seen);
    }

    /** There is no more in the directory. */
    void end() throws IOException {
        out.writeByte(CatalogueFormat.END);
    }

    /** The walk is done, and this is the tree. */
    void finish(TreeRef tree) throws IOException {
        CatalogueFormat.write(out, tree);
        out.flush();
        out.writeLong(checksum.getValue());
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
