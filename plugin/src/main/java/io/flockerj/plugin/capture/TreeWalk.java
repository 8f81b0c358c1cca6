package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.tree.DirectoryWriter;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a tree once, names in the order of their bytes; a directory is written when all that is in it is. Memory grows with the
 * largest directory on the way down, and with the files that have several names.
 */
final class TreeWalk implements AutoCloseable {
    /** No directories lie deeper in each other (format.md section 17). */
    private static final int DEEPEST = 4096;

    /** The number of a subvolume's root directory, which no other directory of btrfs has: BTRFS_FIRST_FREE_OBJECTID. */
    private static final long SUBVOLUME_ROOT = 256;

    private final ChunkWriter chunks;
    private final Progress progress;
    private final ContentCapture content;
    private final InodeCapture inodes;
    private final DirectoryChain chain;
    private final FileStatus root;
    private final List<Level> levels = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private @Nullable LinkGroups links;
    private long entries;

    /** A directory on the way down. */
    private record Level(
            FileStatus status, InodeCapture.Directory itself, Iterator<byte[]> names, DirectoryWriter writer) {}

    TreeWalk(Path root, ChunkWriter chunks, BlockHashes blocks, Progress progress) throws IOException {
        this.chunks = chunks;
        this.progress = progress;
        FileHandle handle = FileHandle.openDirectory(root);
        try {
            this.root = FileStatus.of(handle);
        } catch (IOException e) {
            handle.close();
            throw e;
        }
        chain = new DirectoryChain(handle, this.root);
        content = new ContentCapture(chunks, blocks, progress);
        inodes = new InodeCapture(content);
    }

    Captured run() throws IOException {
        levels.add(level(chain.handle(), root, true));
        while (true) {
            Level level = levels.getLast();
            if (level.names().hasNext()) {
                visit(level, level.names().next());
            } else if (levels.size() > 1) {
                byte[] name = chain.name();
                levels.removeLast();
                chain.leave();
                add(levels.getLast(), name, level.itself(), level.writer().finish());
            } else {
                InodeCapture.Directory itself = level.itself();
                Item.Directory item = new Item.Directory(level.writer().finish(), itself.hints());
                TreeRef tree = DirectoryWriter.writeRoot(chunks, itself.metadata(), item);
                return new Captured(tree, entries, content.bytesRead(), remarks);
            }
        }
    }

    private void visit(Level level, byte[] name) throws IOException {
        entries++;
        progress.add(0, 1);
        FileStatus status = FileStatus.in(chain.handle(), name);
        if (status.kind() == FileKind.DIRECTORY) {
            enter(level, name, status);
        } else {
            level.writer().add(entry(name, status));
        }
    }

    private void enter(Level outer, byte[] name, FileStatus status) throws IOException {
        if (chain.depth() == DEEPEST) {
            throw new IOException(
                    "cannot keep " + chain.display(name) + ": directories lie deeper in each other than " + DEEPEST);
        }
        boolean isMounted = status.mount() != root.mount();
        if (isMounted) {
            remark("Something is mounted at " + chain.display(name) + ", which is not part of the tree: it is an empty"
                    + " directory there.");
        }
        FileHandle handle = chain.enter(name, status);
        Level level = level(handle, status, !isMounted);
        levels.add(isSubvolume(outer, status) ? asSubvolume(level) : level);
    }

    private Level level(FileHandle handle, FileStatus status, boolean isEntered) throws IOException {
        List<byte[]> names = isEntered ? handle.names() : new ArrayList<>();
        names.sort(Arrays::compareUnsigned);
        return new Level(status, inodes.directory(handle, status), names.iterator(), new DirectoryWriter(chunks));
    }

    /** On btrfs each subvolume has a device number of its own. */
    private static boolean isSubvolume(Level outer, FileStatus status) {
        return status.identity().inode() == SUBVOLUME_ROOT
                && status.identity().device() != outer.status().identity().device();
    }

    private static Level asSubvolume(Level level) {
        InodeCapture.Directory itself = level.itself();
        return new Level(
                level.status(),
                new InodeCapture.Directory(itself.metadata(), itself.hints() | Item.HINT_SUBVOLUME),
                level.names(),
                level.writer());
    }

    private static void add(Level level, byte[] name, InodeCapture.Directory itself, TreeRef content)
            throws IOException {
        Item.Directory item = new Item.Directory(content, itself.hints());
        level.writer().add(new Entry(InodeCapture.entryName(name), itself.metadata(), item));
    }

    private Entry entry(byte[] name, FileStatus status) throws IOException {
        if (status.links() == 1) {
            return inodes.entry(chain.handle(), name, status, Optional.empty());
        }
        LinkGroups.Group group = links().meet(status, chain.path(name));
        Entry other = group.entry().orElse(null);
        Entry entry = other == null
                ? inodes.entry(chain.handle(), name, status, group.id())
                : new Entry(InodeCapture.entryName(name), other.metadata(), other.item());
        group.written(entry);
        return entry;
    }

    /** Before the first file that has several names, all of these are counted; mostly there is none. */
    private LinkGroups links() throws IOException {
        LinkGroups counted = links;
        if (counted == null) {
            counted = new LinkGroups();
            counted.countBelow(chain.root(), progress);
            links = counted;
        }
        return counted;
    }

    private void remark(String remark) {
        if (remarks.size() < Captured.MOST_REMARKS) {
            remarks.add(remark);
        }
    }

    @Override
    public void close() throws IOException {
        inodes.close();
        chain.close();
    }
}
