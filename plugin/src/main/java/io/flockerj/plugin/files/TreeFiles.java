package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.progress.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * The files of one tree, for reading. The tree may be a live one that others are changing; then each answer is true of some moment
 * for each file. A tree is opened anew by each call.
 */
public final class TreeFiles {
    private static final byte[] HERE = {'.'};

    private final Path root;
    private final Resolver resolver;

    /**
     * Over a tree.
     *
     * @param root of the tree: a directory
     */
    public TreeFiles(Path root) {
        this(root, Resolver.BY_KERNEL);
    }

    TreeFiles(Path root, Resolver resolver) {
        this.root = root;
        this.resolver = resolver;
    }

    /** Who is told of entries, one by one. */
    public interface Sink {
        /** Takes an entry. What it throws ends the listing. */
        void accept(Entry entry) throws IOException;
    }

    /** What has this path. A symbolic link at its end is told as what it is. */
    public Entry stat(TreePath path) throws IOException {
        try (FileHandle top = FileHandle.openDirectory(root);
                Node node = resolver.resolve(top, path, false)) {
            return Entry.of(path.bytes(), node, node.status());
        }
    }

    /** What a path leads to in the end, symbolic links followed within the tree. */
    public FileKind kindBehindLinks(TreePath path) throws IOException {
        try (FileHandle top = FileHandle.openDirectory(root);
                Node node = resolver.resolve(top, path, true)) {
            return node.status().kind();
        }
    }

    /**
     * What is in a directory, or what has this path, if that is no directory nor a symbolic link to one in the tree.
     *
     * @param recursive whether also all that is in the directories in it, each directory before what is in it
     */
    public void list(TreePath path, boolean recursive, Sink sink) throws IOException {
        try (FileHandle top = FileHandle.openDirectory(root);
                Node node = followed(top, path)) {
            FileStatus status = node.status();
            if (status.kind() != FileKind.DIRECTORY) {
                sink.accept(Entry.of(path.bytes(), node, status));
                return;
            }
            try (FileHandle directory = node.open()) {
                byte[] prefix = path.bytes();
                Walk.through(
                        directory,
                        recursive,
                        visit -> sink.accept(Entry.of(joined(prefix, visit.path()), visit.node(), visit.status())));
            }
        }
    }

    /** What a path leads to, or the symbolic link at its end, if that leads to no directory in the tree. */
    private Node followed(FileHandle top, TreePath path) throws IOException {
        try {
            Node node = resolver.resolve(top, path, true);
            if (node.status().kind() == FileKind.DIRECTORY) {
                return node;
            }
            node.close();
        } catch (FilesException e) {
            if (e.reason() != Reason.NOT_THERE && e.reason() != Reason.LEAVES_TREE) {
                throw e;
            }
        }
        return resolver.resolve(top, path, false);
    }

    /**
     * Writes what is in a file. Symbolic links to it are followed within the tree.
     *
     * @param offset where to begin; beyond the end there is nothing
     * @param length how much at most; {@link Long#MAX_VALUE} for all that the file holds when it is opened
     * @return how much it was
     */
    public long read(TreePath path, long offset, long length, OutputStream out) throws IOException {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("neither an offset nor a length is negative");
        }
        try (FileHandle top = FileHandle.openDirectory(root);
                Node node = resolver.resolve(top, path, true)) {
            FileStatus status = node.status();
            if (status.kind() != FileKind.FILE) {
                String remedy = status.kind() == FileKind.DIRECTORY ? "; list it, or copy it as a whole" : "";
                throw new FilesException(Reason.WRONG_KIND, path + " is not a file" + remedy);
            }
            try (FileHandle file = node.open()) {
                return new Transfer().read(file, offset, Math.min(length, Math.max(0, status.size() - offset)), out);
            }
        }
    }

    /**
     * Writes a tar archive of what has this path, with all that is below it, if it is a directory. The archive of the whole tree
     * has names that begin with {@code ./}, others the last name of the path. It is in POSIX's pax format, with extended attributes,
     * access control lists and holes as GNU tar writes and reads them (with {@code --xattrs --xattrs-include='*' --acls}). Fails
     * before the archive's end if files became shorter while they were read, for it then has zeros that nobody has written.
     *
     * @param progress is told of entries; the bytes are for whoever has the stream to count
     */
    public Exported exportTar(TreePath path, OutputStream out, Progress progress) throws IOException {
        try (FileHandle top = FileHandle.openDirectory(root);
                Node node = resolver.resolve(top, path, false)) {
            FileStatus status = node.status();
            byte[] name = path.isRoot() ? HERE : path.name();
            byte[] inside = TarExport.inside(name);
            TarExport export = new TarExport(out, inside, progress);
            if (status.kind() == FileKind.DIRECTORY) {
                export.add(inside, node, status);
                try (FileHandle directory = node.open()) {
                    Walk.through(directory, true, export);
                }
            } else {
                export.add(name, node, status);
            }
            return export.end();
        }
    }

    private static byte[] joined(byte[] prefix, byte[] path) {
        if (prefix.length == 0) {
            return path;
        }
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(prefix);
        joined.write('/');
        joined.writeBytes(path);
        return joined.toByteArray();
    }
}
