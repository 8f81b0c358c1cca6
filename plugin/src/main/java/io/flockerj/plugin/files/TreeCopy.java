package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.linux.DirectoryEntries;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a file, or a directory with all that is in it, from one tree into another, which may be in use: it is made beside its
 * place under another name, and appears there at once and whole. All attributes come along but for marks such as immutable. File
 * systems that can, share the content between the two.
 */
public final class TreeCopy {
    private static final Logger LOG = LoggerFactory.getLogger(TreeCopy.class);

    /** How the names of unfinished copies begin, which a crash leaves behind. */
    private static final String UNFINISHED = ".flockerj-copy-";

    private static final int OURS_ALONE = 0700;

    /** Copied of a file before the work can be cancelled again. */
    private static final long PIECE = 8 << 20;

    private final byte[] unfinished;

    /** @param id tells what is unfinished of this copy from that of others: letters and digits */
    public TreeCopy(String id) {
        this.unfinished = (UNFINISHED + id).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * What was copied.
     *
     * @param entries files, directories and others
     * @param bytes of data in files, shared ones counted too
     */
    public record Copied(long entries, long bytes) {}

    /**
     * Copies. A file takes the place of a file that is there; neither a directory nor anything in its place is replaced. When this
     * returns, the copy survives a loss of power.
     *
     * @param fromRoot the root directory of the tree to copy from
     * @param from what to copy; a symbolic link at its end is copied as what it is
     * @param toRoot the root directory of the tree to copy to
     * @param to the path that the copy gets; its directory has to be there
     * @param progress is told of data and entries; shared data count as soon as they are shared
     */
    public Copied copy(Path fromRoot, TreePath from, Path toRoot, TreePath to, Progress progress) throws IOException {
        if (to.isRoot()) {
            throw new FilesException(
                    Reason.BAD_PATH, "a copy needs a name of its own in the volume that it is copied to");
        }
        try (FileHandle source = FileHandle.openDirectory(fromRoot);
                FileHandle target = FileHandle.openDirectory(toRoot);
                Node node = Resolver.BY_KERNEL.resolve(source, from, false);
                FileHandle directory = directory(target, to.parent())) {
            FileStatus status = node.status();
            boolean replaces = refuseReplacing(directory, to, status.kind());
            if (status.kind() == FileKind.FILE) {
                progress.expect(status.size(), 1);
            }
            return copy(node, status, directory, new Place(to.name(), replaces), progress);
        }
    }

    private static FileHandle directory(FileHandle root, TreePath path) throws IOException {
        try (Node node = Resolver.BY_KERNEL.resolve(root, path, true)) {
            if (node.status().kind() != FileKind.DIRECTORY) {
                throw new FilesException(Reason.WRONG_KIND, path + " is not a directory");
            }
            return node.open();
        }
    }

    /** Answers whether there is something that may be replaced. */
    private static boolean refuseReplacing(FileHandle directory, TreePath to, FileKind kind) throws IOException {
        Optional<FileKind> there = kind(directory, to.name());
        if (there.isEmpty()) {
            return false;
        }
        if (there.get() == FileKind.DIRECTORY) {
            throw new FilesException(
                    Reason.ALREADY_THERE,
                    to + " is a directory, and is not replaced; name the path that the copy is to have in it");
        }
        if (kind == FileKind.DIRECTORY) {
            throw new FilesException(
                    Reason.ALREADY_THERE, to + " is there, and is not replaced by a directory; choose another path");
        }
        return true;
    }

    private static Optional<FileKind> kind(FileHandle directory, byte[] name) throws IOException {
        try (Node node = Node.in(directory, name)) {
            return Optional.of(node.status().kind());
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Where a copy appears, and whether something is there that it replaces. */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    private record Place(byte[] name, boolean taken) {}

    private Copied copy(Node node, FileStatus status, FileHandle directory, Place place, Progress progress)
            throws IOException {
        try (FileHandle workshop = workshop(directory, unfinished);
                CopyVisitor copy = new CopyVisitor(workshop, progress)) {
            copy.visit(new Visit(place.name(), workshop, place.name(), node, status));
            if (status.kind() == FileKind.DIRECTORY) {
                try (FileHandle from = node.open()) {
                    Walk.through(from, true, copy);
                }
                copy.leave();
            }
            progress.check();
            if (place.taken()) {
                DirectoryEntries.move(workshop, place.name(), directory);
            } else {
                DirectoryEntries.moveToFree(workshop, place.name(), directory);
            }
            directory.removeDirectory(unfinished);
            directory.sync();
            return copy.copied();
        } catch (IOException | RuntimeException e) {
            remove(directory, unfinished, e);
            throw e;
        }
    }

    /**
     * Where a copy is made: a directory that only we may enter, so that nobody who works in the volume can put something of his in the
     * place of what gets another owner or rights.
     */
    private static FileHandle workshop(FileHandle directory, byte[] name) throws IOException {
        DirectoryEntries.makeDirectory(directory, name, OURS_ALONE);
        FileHandle workshop = directory.openDirectoryAt(name);
        try (Node made = Node.of(workshop)) {
            // What the directory around it has for all that is made in it.
            made.removeAttribute(AccessList.DEFAULT.getBytes(StandardCharsets.US_ASCII));
            made.removeAttribute(AccessList.ACCESS.getBytes(StandardCharsets.US_ASCII));
            made.setMode(OURS_ALONE);
            if (made.status().uid() != ownUser() || !workshop.names().isEmpty()) {
                throw new FilesException(
                        Reason.CHANGED, RawPath.display(name) + " was replaced while a copy was being made in it");
            }
            return workshop;
        } catch (IOException | RuntimeException e) {
            workshop.close();
            throw e;
        }
    }

    private static long ownUser() throws IOException {
        try (FileHandle self = FileHandle.openDirectory(Path.of("/proc/self"))) {
            return FileStatus.of(self).uid();
        }
    }

    /**
     * Removes what a process that was killed has left of this copy, if anything is left.
     *
     * @param root the root directory of the tree to which it was made
     * @param path the directory in which it was to appear
     */
    public void removeUnfinished(Path root, TreePath path) throws IOException {
        try (FileHandle target = FileHandle.openDirectory(root);
                FileHandle directory = directory(target, path)) {
            remove(directory, unfinished);
        } catch (FilesException e) {
            LOG.atInfo().setCause(e).log("The directory of a copy that was cut off is not there any more");
        }
    }

    /** As well as it goes: what is left has a name that says what it is. */
    private static void remove(FileHandle directory, byte[] name, Exception failure) {
        try {
            remove(directory, name);
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("An unfinished copy could not be removed");
            failure.addSuppressed(e);
        }
    }

    private static void remove(FileHandle directory, byte[] name) throws IOException {
        Optional<FileKind> kind = kind(directory, name);
        if (kind.isPresent() && kind.get() == FileKind.DIRECTORY) {
            try (FileHandle top = directory.openDirectoryAt(name)) {
                Walk.through(top, true, new Removal());
            }
            directory.removeDirectory(name);
        } else if (kind.isPresent()) {
            directory.unlink(name);
        }
    }

    private static final class Removal implements Visit.Visitor {
        @Override
        public void visit(Visit visit) throws IOException {
            if (visit.status().kind() != FileKind.DIRECTORY) {
                visit.directory().unlink(visit.name());
            }
        }

        @Override
        public void leave(Visit.Outer outer, byte[] name) throws IOException {
            outer.handle().removeDirectory(name);
        }
    }

    /** Makes the content of a file that of another, by sharing it if that goes, with its holes otherwise. */
    static void content(FileHandle from, FileHandle to, long size, Progress progress) throws IOException {
        long told = 0;
        if (size > 0 && !FileContent.share(from, to)) {
            to.truncate(size);
            SparseMap content = SparseMap.of(from, size);
            for (SparseMap.Range range : content.ranges()) {
                for (long done = 0; done < range.length(); done += PIECE) {
                    long piece = Math.min(PIECE, range.length() - done);
                    FileContent.copy(from, to, range.offset() + done, piece);
                    progress.add(piece, 0);
                    told += piece;
                }
            }
        }
        to.sync();
        progress.add(size - told, 0);
    }
}
