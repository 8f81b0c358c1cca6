package io.flockerj.cli.command;

import io.flockerj.cli.docker.DockerVolume;
import io.flockerj.cli.local.MountTable;
import io.flockerj.cli.local.TarProgram;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
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

    /** As many mounts are named in an error. */
    private static final int NAMED = 5;

    private final InputStream stream;
    private final OptionalLong length;
    private final Optional<TarProgram> program;
    private List<String> leftOut = List.of();

    private TarSource(InputStream stream, OptionalLong length, Optional<TarProgram> program) {
        this.stream = stream;
        this.length = length;
        this.program = program;
    }

    static TarSource open(Session session, String source) throws IOException, CommandException {
        if (source.equals("-")) {
            return new TarSource(
                    plain(session.around().in(), "the standard input"), OptionalLong.empty(), Optional.empty());
        }
        Path path = source.startsWith(VOLUME)
                ? ofVolume(session, source.substring(VOLUME.length()))
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
                isWrapped || !Files.isRegularFile(path) ? OptionalLong.empty() : OptionalLong.of(Files.size(path)),
                Optional.empty());
    }

    private static Path ofVolume(Session session, String name) throws IOException, CommandException {
        DockerVolume volume = session.docker().volume(name, "copy it with: fli clone " + name + " NAME");
        LocalVolume.requireMounted(volume);
        return Path.of(volume.mountPoint());
    }

    private static TarSource ofDirectory(Path path) throws IOException, CommandException {
        List<Path> mounts = MountTable.read().below(path.toRealPath());
        if (!mounts.isEmpty()) {
            throw CommandException.conflict(path + " is not all one file system; also mounted there: " + listed(mounts)
                    + "\nUnmount what does not belong to it; or decide yourself, with or without --one-file-system:"
                    + " tar --create --file=- --format=pax --numeric-owner --sparse --acls --xattrs"
                    + " --xattrs-include='*' --directory=" + path + " . | fli import - NAME");
        }
        try {
            TarProgram tar = TarProgram.read(path);
            return new TarSource(tar.archive(), OptionalLong.empty(), Optional.of(tar));
        } catch (IOException e) {
            throw CommandException.failed(
                    "GNU tar is needed to read a directory, and cannot be started: " + e.getMessage());
        }
    }

    private static String listed(List<Path> mounts) {
        String first = mounts.stream().limit(NAMED).map(Path::toString).collect(Collectors.joining(", "));
        return mounts.size() > NAMED ? first + " and " + (mounts.size() - NAMED) + " more" : first;
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
        if (program.isPresent()) {
            leftOut = program.get().finish();
        }
    }

    /** What no archive can hold, such as sockets, once it has been written. */
    List<String> leftOut() {
        return leftOut;
    }

    @Override
    public void close() throws IOException {
        if (program.isPresent()) {
            program.get().close();
        }
        stream.close();
    }
}
