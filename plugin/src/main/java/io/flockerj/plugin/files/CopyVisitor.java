package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.linux.DirectoryEntries;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes in one tree what it is shown of another. Directories get their attributes when they are left. */
final class CopyVisitor implements Visit.Visitor, AutoCloseable {
    private static final int OURS_ALONE = 0600;
    private static final int OURS_ALONE_TO_ENTER = 0700;

    private final FileHandle base;
    private final Progress progress;
    private final Deque<Level> levels = new ArrayDeque<>();
    /** Where the copy of each file is that has more than one name, from the base. */
    private final Map<Inodes.Identity, Made> made = new HashMap<>();

    /** The first directory that was made. */
    private Optional<Inodes.Identity> top = Optional.empty();

    private long entries;
    private long bytes;

    /** A file with more than one name, of which so many are still to come. */
    private record Made(List<byte[]> path, long left) {}

    /** A directory that is being filled. */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    private record Level(byte[] name, FileHandle handle, FileStatus status, List<Attribute> attributes) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Attribute(byte[] name, byte[] value) {}

    /**
     * Nothing yet.
     *
     * @param base in which the first entry is made; stays the caller's
     */
    CopyVisitor(FileHandle base, Progress progress) {
        this.base = base;
        this.progress = progress;
    }

    TreeCopy.Copied copied() {
        return new TreeCopy.Copied(entries, bytes);
    }

    @Override
    public void visit(Visit visit) throws IOException {
        FileHandle directory = levels.isEmpty() ? base : levels.getLast().handle();
        FileStatus status = visit.status();
        byte[] name = visit.name();
        entries++;
        progress.add(0, 1);
        if (status.kind() == FileKind.DIRECTORY) {
            enter(directory, visit);
            return;
        }
        if (status.links() > 1 && linked(directory, name, status)) {
            return;
        }
        make(directory, visit);
        try (Node copy = Node.in(directory, name)) {
            setAttributes(copy, status, attributes(visit.node()));
        }
        if (status.links() > 1) {
            made.put(status.identity(), new Made(path(name), status.links() - 1));
        }
    }

    private void enter(FileHandle directory, Visit visit) throws IOException {
        if (top.equals(Optional.of(visit.status().identity()))) {
            throw new FilesException(Reason.BAD_PATH, "a directory cannot be copied into itself");
        }
        if (levels.size() == TarImport.DEEPEST) {
            throw new FilesException(
                    Reason.TOO_MUCH, "directories more than " + TarImport.DEEPEST + " deep are not copied");
        }
        DirectoryEntries.makeDirectory(directory, visit.name(), OURS_ALONE_TO_ENTER);
        FileHandle handle = directory.openDirectoryAt(visit.name());
        if (levels.isEmpty()) {
            top = Optional.of(Inodes.identity(handle));
        }
        levels.add(new Level(visit.name(), handle, visit.status(), attributes(visit.node())));
        try (Node made = Node.of(handle)) {
            // Of the directory that it is made in, where containers may have set one for all that comes.
            made.removeAttribute(AccessList.DEFAULT.getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Override
    public void leave(Visit.Outer outer, byte[] name) throws IOException {
        leave();
    }

    void leave() throws IOException {
        Level level = levels.removeLast();
        try (FileHandle handle = level.handle();
                Node node = Node.of(handle)) {
            setAttributes(node, level.status(), level.attributes());
            handle.sync();
        }
    }

    /** Whether it is one more name of a file that has been copied. */
    private boolean linked(FileHandle directory, byte[] name, FileStatus status) throws IOException {
        Made first = made.get(status.identity());
        if (first == null) {
            return false;
        }
        try (Node node = Resolver.BY_STEPS.resolve(base, TreePath.ofNames(first.path()), false)) {
            node.link(directory, name);
        }
        // Forgotten with its last link, for there can be many such files.
        if (first.left() <= 1) {
            made.remove(status.identity());
        } else {
            made.put(status.identity(), new Made(first.path(), first.left() - 1));
        }
        return true;
    }

    private void make(FileHandle directory, Visit visit) throws IOException {
        FileStatus status = visit.status();
        byte[] name = visit.name();
        switch (status.kind()) {
            case FILE -> {
                try (FileHandle from = visit.node().open();
                        FileHandle to = directory.createFileAt(name, OURS_ALONE)) {
                    TreeCopy.content(from, to, status.size(), progress);
                    bytes += status.size();
                }
            }
            case SYMLINK ->
                DirectoryEntries.makeSymlink(directory, name, visit.node().linkTarget());
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
                DirectoryEntries.makeNode(directory, name, status.kind(), OURS_ALONE, status.major(), status.minor());
            case DIRECTORY -> throw new IllegalArgumentException("directories are entered");
        }
    }

    private List<byte[]> path(byte[] last) {
        List<byte[]> path = new ArrayList<>();
        levels.forEach(level -> path.add(level.name()));
        path.add(last);
        return path;
    }

    private static List<Attribute> attributes(Node node) throws IOException {
        List<Attribute> all = new ArrayList<>();
        for (byte[] name : node.attributes()) {
            node.attribute(name).ifPresent(value -> all.add(new Attribute(name, value)));
        }
        return all;
    }

    /** In the order of {@link TarImport}; access control lists that were inherited from the new place go. */
    private static void setAttributes(Node node, FileStatus status, List<Attribute> attributes) throws IOException {
        node.setOwner(status.uid(), status.gid());
        if (status.kind() != FileKind.SYMLINK) {
            node.removeAttribute(AccessList.ACCESS.getBytes(StandardCharsets.US_ASCII));
            node.setMode(status.mode());
        }
        for (Attribute attribute : attributes) {
            node.setAttribute(attribute.name(), attribute.value());
        }
        node.setModified(status.modified(), status.modifiedNanos());
    }

    @Override
    public void close() throws IOException {
        for (Level level : levels) {
            level.handle().close();
        }
    }
}
