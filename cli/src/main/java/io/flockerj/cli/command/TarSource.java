package io.flockerj.cli.command;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;

/** Where a volume's first content comes from, as a tar stream. */
final class TarSource implements AutoCloseable {
    private static final String VOLUME = "docker:";

    /** RFC 1952. */
    private static final int GZIP = 0x1f8b;

    /** RFC 8878: the first two of four bytes, which are little-endian. */
    private static final int ZSTD = 0x28b5;

    /** xz and bzip2, by the first two bytes of their files. */
    private static final int XZ = 0xfd37;

    private static final int BZIP2 = 0x425a;

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
            "--xattrs-include=*",
            "--one-file-system");

    private static final int FILE_CHANGED = 1;
    private static final int LONGEST_COMPLAINT = 4096;

    private final InputStream stream;
    private final String what;
    private final OptionalLong length;
    private final List<Process> programs;

    private TarSource(InputStream stream, String what, OptionalLong length, List<Process> programs) {
        this.stream = stream;
        this.length = length;
        this.what = what;
        this.programs = programs;
    }

    static TarSource open(Session session, String source) throws IOException, CommandException {
        if (source.equals("-")) {
            return new TarSource(
                    plain(session.around().in(), "the standard input"),
                    "the standard input",
                    OptionalLong.empty(),
                    List.of());
        }
        Path path = source.startsWith(VOLUME)
                ? Path.of(session.docker().mountPointOf(source.substring(VOLUME.length())))
                : session.local(source);
        if (Files.isDirectory(path)) {
            return ofDirectory(path);
        }
        if (!Files.isReadable(path)) {
            throw CommandException.notFound(
                    path + " is not there, or may not be read; a volume of another driver is written docker:NAME");
        }
        InputStream file = plain(Files.newInputStream(path), path.toString());
        boolean isWrapped = file instanceof GZIPInputStream;
        return new TarSource(
                file,
                path.toString(),
                isWrapped || !Files.isRegularFile(path) ? OptionalLong.empty() : OptionalLong.of(Files.size(path)),
                List.of());
    }

    private static TarSource ofDirectory(Path path) throws IOException, CommandException {
        ProcessBuilder tar = new ProcessBuilder(new ArrayList<>(TAR));
        tar.command().addAll(List.of("--directory", path.toString(), "."));
        try {
            Process process = tar.start();
            return new TarSource(process.getInputStream(), path.toString(), OptionalLong.empty(), List.of(process));
        } catch (IOException e) {
            throw CommandException.failed(
                    "GNU tar is needed to read a directory, and cannot be started: " + e.getMessage());
        }
    }

    /** Takes gzip's wrapping off; the others' is for their own programs. */
    private static InputStream plain(InputStream raw, String what) throws IOException, CommandException {
        BufferedInputStream in = new BufferedInputStream(raw, 64 * 1024);
        in.mark(2);
        int magic = in.read() << 8 | in.read();
        in.reset();
        return switch (magic) {
            case GZIP -> new GZIPInputStream(in, 64 * 1024);
            case ZSTD -> throw compressed(what, "zstd");
            case XZ -> throw compressed(what, "xz");
            case BZIP2 -> throw compressed(what, "bzip2");
            default -> in;
        };
    }

    private static CommandException compressed(String what, String program) {
        return CommandException.usage(what + " is compressed by " + program + "; unpack it into fli: " + program
                + " -dc … | fli import - NAME");
    }

    /** How long the archive is, where that is known before it has been read. */
    OptionalLong length() {
        return length;
    }

    /** Writes the archive; an error if it could not be made in full, so that nothing is taken for complete. */
    void writeTo(OutputStream out) throws IOException {
        stream.transferTo(out);
        for (Process program : programs) {
            String complaint =
                    new String(program.getErrorStream().readNBytes(LONGEST_COMPLAINT), StandardCharsets.UTF_8);
            int status = await(program);
            if (status > FILE_CHANGED) {
                throw new IOException("tar could not read all of " + what + ": " + complaint.strip());
            }
            if (status == FILE_CHANGED) {
                throw new IOException("files in " + what + " changed while they were read; stop what writes there: "
                        + complaint.strip());
            }
        }
    }

    private static int await(Process program) throws IOException {
        try {
            return program.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        programs.forEach(Process::destroy);
        stream.close();
    }
}
