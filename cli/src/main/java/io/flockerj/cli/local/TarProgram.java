package io.flockerj.cli.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * GNU tar that reads a directory, and all below it: nested btrfs subvolumes and other mounts too. What it complains of is taken
 * while it runs, for it waits for that.
 */
public final class TarProgram implements AutoCloseable {
    /** Keeps what tar(1) can keep: owners by number, holes, hard links, ACLs, and attributes of all name spaces. */
    private static final List<String> TAR = List.of(
            "tar",
            "--create",
            "--file=-",
            "--format=pax",
            "--numeric-owner",
            "--sparse",
            "--acls",
            "--xattrs",
            "--xattrs-include=*");

    private static final int FILE_CHANGED = 1;

    /** The first complaints are kept, the others are only taken. */
    private static final int LONGEST_COMPLAINT = 4096;

    private final Process process;
    private final String what;
    private final FutureTask<String> complaint;

    private TarProgram(Process process, String what) {
        this.process = process;
        this.what = what;
        this.complaint = new FutureTask<>(() -> complaint(process.getErrorStream()));
        Thread.ofPlatform().daemon().name("what tar complains of").start(complaint);
    }

    /** Begins to read; an {@link IOException} says that there is no tar. */
    public static TarProgram read(Path directory) throws IOException {
        List<String> command = new ArrayList<>(TAR);
        command.addAll(List.of("--directory", directory.toString(), "."));
        return start(command, directory.toString());
    }

    static TarProgram start(List<String> command, String what) throws IOException {
        return new TarProgram(new ProcessBuilder(command).start(), what);
    }

    public InputStream archive() {
        return process.getInputStream();
    }

    /**
     * Waits for the end, after that of the archive.
     *
     * @return what was left out, a line each
     * @throws IOException if the archive is not all of the directory as it was at one time
     */
    public List<String> finish() throws IOException {
        int status;
        String said;
        try {
            status = process.waitFor();
            said = complaint.get().strip();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("what tar complains of cannot be read: " + e.getCause(), e);
        }
        if (status > FILE_CHANGED) {
            throw new IOException("tar could not read all of " + what + ": " + said);
        }
        if (status == FILE_CHANGED) {
            throw new IOException(
                    "files in " + what + " changed while they were read; stop what writes there: " + said);
        }
        return said.lines().toList();
    }

    private static String complaint(InputStream errors) throws IOException {
        byte[] first = errors.readNBytes(LONGEST_COMPLAINT);
        boolean more = errors.transferTo(OutputStream.nullOutputStream()) > 0;
        return new String(first, StandardCharsets.UTF_8) + (more ? "…\nand more" : "");
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.getInputStream().close();
    }
}
