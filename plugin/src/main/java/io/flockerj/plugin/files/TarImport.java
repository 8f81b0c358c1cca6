package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.linux.DirectoryEntries;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes a tree of what is in a tar archive. Nothing outside the tree is reached, whatever the archive says: every name is
 * resolved from the root by handles, and through no symbolic link. Owners, permissions, times, extended attributes, access control
 * lists and holes become what they are in the archive; users and groups are told apart by their numbers, never by names.
 */
public final class TarImport {
    /** Directories in each other: as many are open at once. */
    static final int DEEPEST = 1024;

    private static final int BUFFER = 128 << 10;
    private static final int OURS_ALONE = 0600;

    private final Limits limits;
    private final Progress progress;
    private final DirectoryStack directories;
    private final TarReader archive;
    private final byte[] bytes = new byte[BUFFER];
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private long written;
    private long entries;

    /**
     * How much is taken from an archive.
     *
     * @param bytes of data of all files together; holes are none
     * @param entries at most
     */
    public record Limits(long bytes, long entries) {}

    /** What has been made of an archive: bytes of data, and entries. */
    public record Imported(long bytes, long entries) {}

    private TarImport(FileHandle root, InputStream in, Limits limits, Progress progress) throws IOException {
        this.limits = limits;
        this.progress = progress;
        this.archive = new TarReader(new Told(in, progress));
        this.directories = new DirectoryStack(root);
    }

    /**
     * Imports an archive. If this throws, a part of it may have been made, and the tree is to be thrown away. Nothing is synced.
     *
     * @param root of a tree: an empty directory, which nobody else uses
     * @param in the archive, not compressed; read to its end
     * @param progress is told of what is read of the archive, and of entries once they are made
     * @throws FilesException if the archive is bad, or beyond the limits; names the entry
     */
    public static Imported into(Path root, InputStream in, Limits limits, Progress progress) throws IOException {
        FileHandle directory = FileHandle.openDirectory(root);
        try (directory) {
            if (!directory.names().isEmpty()) {
                throw new FilesException(
                        Reason.ALREADY_THERE,
                        "an archive is imported into an empty tree, and there is something in " + root);
            }
            TarImport made = new TarImport(directory, in, limits, progress);
            try (DirectoryStack ours = made.directories) {
                made.run();
                ours.finish();
            }
            return new Imported(made.written, made.entries);
        }
    }

    private void run() throws IOException {
        String last = "";
        while (true) {
            Optional<TarEntry> next;
            try {
                next = archive.next();
            } catch (FilesException e) {
                throw last.isEmpty() ? e : named("cannot import what follows '" + last + "'", e);
            }
            if (next.isEmpty()) {
                return;
            }
            last = RawPath.display(next.get().name());
            try {
                add(next.get());
            } catch (FilesException e) {
                throw named("cannot import '" + last + "'", e);
            } catch (LinuxException e) {
                throw new IOException("cannot import '" + last + "': " + e.getMessage(), e);
            }
            progress.add(0, 1);
        }
    }

    private static FilesException named(String what, FilesException e) {
        return new FilesException(e.reason(), what + ": " + e.getMessage(), e);
    }

    private void add(TarEntry entry) throws IOException {
        if (entries++ == limits.entries()) {
            throw new FilesException(Reason.TOO_MUCH, "there are more than " + limits.entries() + " entries");
        }
        List<byte[]> names = names(entry.name());
        if (names.isEmpty()) {
            if (entry.type() != TarFormat.DIRECTORY) {
                throw bad("the root of a tree is a directory");
            }
            try (Node root = Node.of(directories.root())) {
                setAttributes(root, entry);
            }
            directories.rootChanged();
            return;
        }
        FileHandle directory = directories.enter(names.subList(0, names.size() - 1));
        byte[] name = names.getLast();
        if (entry.type() == TarFormat.HARD_LINK) {
            link(directory, name, names, entry);
            return;
        }
        make(directory, name, entry);
        try (Node node = Node.in(directory, name)) {
            setAttributes(node, entry);
        }
    }

    private static List<byte[]> names(byte[] path) throws FilesException {
        if (path.length == 0) {
            throw bad("it has no name");
        }
        if (path[0] == '/') {
            throw bad("its name is absolute, and only names within the tree are taken");
        }
        List<byte[]> names = TreePath.split(path);
        names.removeIf(TreePath::isDot);
        refuseZero(path, "its name");
        for (byte[] name : names) {
            if (TreePath.isDotDot(name)) {
                throw bad("it has '..' in its name");
            }
            if (name.length > TreePath.LONGEST_NAME) {
                throw bad("it has a name of more than " + TreePath.LONGEST_NAME + " bytes");
            }
        }
        if (names.size() > DEEPEST) {
            throw new FilesException(Reason.TOO_MUCH, "it lies more than " + DEEPEST + " directories deep");
        }
        return names;
    }

    private static void refuseZero(byte[] bytes, String what) throws FilesException {
        for (byte b : bytes) {
            if (b == 0) {
                throw bad(what + " has a zero byte");
            }
        }
    }

    private void make(FileHandle directory, byte[] name, TarEntry entry) throws IOException {
        switch (entry.type()) {
            case TarFormat.DIRECTORY -> makeDirectory(directory, name);
            case TarFormat.FILE -> replacing(directory, name, () -> makeFile(directory, name, entry.content()));
            case TarFormat.SYMLINK -> {
                byte[] target = entry.link();
                if (target.length == 0 || target.length > TreePath.LONGEST) {
                    throw bad("it is a symbolic link to nothing, or to a path that is too long");
                }
                refuseZero(target, "what it is a symbolic link to");
                replacing(directory, name, () -> DirectoryEntries.makeSymlink(directory, name, target));
            }
            default -> {
                FileKind kind = switch (entry.type()) {
                    case TarFormat.CHARACTER_DEVICE -> FileKind.CHARACTER_DEVICE;
                    case TarFormat.BLOCK_DEVICE -> FileKind.BLOCK_DEVICE;
                    case TarFormat.FIFO -> FileKind.FIFO;
                    default -> throw new IllegalStateException("the reader refuses other types");
                };
                replacing(
                        directory,
                        name,
                        () -> DirectoryEntries.makeNode(
                                directory, name, kind, OURS_ALONE, entry.major(), entry.minor()));
            }
        }
    }

    private static void makeDirectory(FileHandle directory, byte[] name) throws IOException {
        try {
            DirectoryEntries.makeDirectory(directory, name, OURS_ALONE);
        } catch (LinuxException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            if (kind(directory, name) != FileKind.DIRECTORY) {
                throw new FilesException(Reason.BAD_ARCHIVE, "it was no directory before, and now is one", e);
            }
        }
    }

    private interface Making {
        void make() throws IOException;
    }

    /** An archive that was appended to has the newer file last. */
    private static void replacing(FileHandle directory, byte[] name, Making making) throws IOException {
        try {
            making.make();
        } catch (LinuxException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            if (kind(directory, name) == FileKind.DIRECTORY) {
                throw new FilesException(Reason.BAD_ARCHIVE, "it was a directory before, and now is none", e);
            }
            directory.unlink(name);
            making.make();
        }
    }

    private static FileKind kind(FileHandle directory, byte[] name) throws IOException {
        try (Node node = Node.in(directory, name)) {
            return node.status().kind();
        }
    }

    private void makeFile(FileHandle directory, byte[] name, SparseMap content) throws IOException {
        if (content.dataLength() > limits.bytes() - written) {
            throw new FilesException(
                    Reason.TOO_MUCH, "there are more than " + limits.bytes() + " bytes in the archive's files");
        }
        try (FileHandle file = directory.createFileAt(name, OURS_ALONE)) {
            if (content.hasHoles()) {
                file.truncate(content.size());
            }
            for (SparseMap.Range range : content.ranges()) {
                write(file, range);
            }
        }
    }

    private void write(FileHandle file, SparseMap.Range range) throws IOException {
        long done = 0;
        while (done < range.length()) {
            int part = (int) Math.min(BUFFER, range.length() - done);
            archive.read(bytes, 0, part);
            buffer.clear().put(bytes, 0, part).flip();
            FileContent.write(file, range.offset() + done, buffer);
            done += part;
            written += part;
        }
    }

    private void link(FileHandle directory, byte[] name, List<byte[]> names, TarEntry entry) throws IOException {
        List<byte[]> target = names(entry.link());
        if (target.isEmpty()) {
            throw bad("it is a hard link to a directory");
        }
        if (Arrays.deepEquals(target.toArray(), names.toArray())) {
            return;
        }
        try (Node node = Resolver.BY_STEPS.resolve(directories.root(), TreePath.ofNames(target), false)) {
            if (node.status().kind() == FileKind.DIRECTORY) {
                throw bad("it is a hard link to a directory");
            }
            replacing(directory, name, () -> node.link(directory, name));
        } catch (FilesException e) {
            if (e.reason() == Reason.NOT_THERE) {
                throw new FilesException(
                        Reason.BAD_ARCHIVE,
                        "it is a hard link to '" + RawPath.display(entry.link())
                                + "', which is not in the archive before it",
                        e);
            }
            throw e;
        }
    }

    /** In this order: a change of owner takes setuid bits and capabilities away, and an access control list has the last word. */
    private static void setAttributes(Node node, TarEntry entry) throws IOException {
        node.setOwner(entry.uid(), entry.gid());
        if (entry.type() != TarFormat.SYMLINK) {
            node.setMode(entry.mode());
        }
        for (var attribute : entry.attributes().entrySet()) {
            if (TarExport.meansItsFileSystemOnly(attribute.getKey())) {
                continue;
            }
            byte[] name = attribute.getKey().getBytes(StandardCharsets.ISO_8859_1);
            refuseZero(name, "the name of an attribute");
            node.setAttribute(name, attribute.getValue());
        }
        node.setModified(entry.modified(), entry.modifiedNanos());
    }

    private static FilesException bad(String why) {
        return new FilesException(Reason.BAD_ARCHIVE, why);
    }
}
