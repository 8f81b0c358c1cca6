package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.store.tree.DirectoryWriter;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a directory and all below it once, names in the order of their bytes; a directory is written when all that is in it is.
 * Memory grows with the largest directory on the way down, and with the files that have several names.
 */
final class TreeWalk implements AutoCloseable {
    private final CaptureRun run;
    private final DirectoryChain chain;
    private final FileStatus top;
    private final FilesAhead files;
    private final List<Level> levels = new ArrayList<>();
    private @Nullable LinkGroups links;

    /** A directory on the way down. */
    private record Level(
            FileStatus status,
            InodeCapture.Directory itself,
            Iterator<byte[]> names,
            FilesAhead.Directory files,
            DirectoryWriter writer) {}

    /**
     * Makes one.
     *
     * @param chain at the directory; closed with this
     * @param files is closed by the caller, after this
     */
    TreeWalk(CaptureRun run, DirectoryChain chain, FileStatus top, FilesAhead files) {
        this.run = run;
        this.chain = chain;
        this.top = top;
        this.files = files;
    }

    /** The directory. */
    Item.Directory run(InodeCapture.Directory itself) throws IOException {
        levels.add(level(chain.handle(), top, itself, true));
        while (true) {
            Level level = levels.getLast();
            if (level.names().hasNext()) {
                visit(level, level.names().next());
            } else {
                levels.removeLast();
                Item.Directory directory = new Item.Directory(
                        level.writer().finish(), level.itself().hints());
                if (levels.isEmpty()) {
                    return directory;
                }
                Entry entry = new Entry(
                        InodeCapture.entryName(chain.name()), level.itself().metadata(), directory);
                chain.leave();
                levels.getLast().writer().add(entry);
            }
        }
    }

    private void visit(Level level, byte[] name) throws IOException {
        run.look();
        CaptureRun.checkName(chain, name);
        Optional<SmallFile> read = level.files().next(chain.handle());
        if (read.isPresent()) {
            level.writer().add(run.inodes().entry(chain.handle(), read.get()));
            return;
        }
        FileStatus status = FileStatus.in(chain.handle(), name);
        if (status.kind() == FileKind.DIRECTORY) {
            enter(level, name, status);
        } else {
            level.writer().add(entry(name, status));
        }
    }

    private void enter(Level outer, byte[] name, FileStatus status) throws IOException {
        outer.files().settle();
        CaptureRun.checkDepth(chain, name);
        boolean isMounted = status.mount() != top.mount();
        if (isMounted) {
            run.remark("Something is mounted at " + chain.display(name) + ", which is not part of the tree: it is an"
                    + " empty directory there.");
        }
        FileHandle handle = chain.enter(name);
        InodeCapture.Directory itself =
                run.inodes().directory(handle, status, CaptureRun.isSubvolume(outer.status(), status));
        levels.add(level(handle, status, itself, !isMounted));
    }

    private Level level(FileHandle handle, FileStatus status, InodeCapture.Directory itself, boolean isEntered)
            throws IOException {
        List<byte[]> names = isEntered ? handle.names() : new ArrayList<>();
        names.sort(Arrays::compareUnsigned);
        return new Level(status, itself, names.iterator(), files.in(names), new DirectoryWriter(run.chunks()));
    }

    private Entry entry(byte[] name, FileStatus status) throws IOException {
        if (status.links() == 1) {
            return run.inodes().entry(chain.handle(), name, status, Optional.empty(), run.content()::file);
        }
        LinkGroups.Group group = links().meet(status, chain.path(name));
        Entry other = group.entry().orElse(null);
        Entry entry = other == null
                ? run.inodes().entry(chain.handle(), name, status, group.id(), run.content()::file)
                : new Entry(InodeCapture.entryName(name), other.metadata(), other.item());
        group.written(entry);
        return entry;
    }

    /** Before the first file that has several names, all of these are counted; mostly there is none. */
    private LinkGroups links() throws IOException {
        LinkGroups counted = links;
        if (counted == null) {
            counted = new LinkGroups();
            counted.countBelow(chain.top(), run.progress());
            links = counted;
        }
        return counted;
    }

    @Override
    public void close() throws IOException {
        levels.forEach(level -> level.files().abandon());
        chain.close();
    }
}
