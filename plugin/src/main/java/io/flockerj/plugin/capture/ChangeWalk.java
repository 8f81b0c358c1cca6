package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.storage.ByteRanges;
import io.flockerj.plugin.storage.Touched;
import io.flockerj.store.tree.DirectoryEditor;
import io.flockerj.store.tree.DirectoryWriter;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.tree.NodeSource;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the names of a tree that were touched since an older one, and to the directories on the way to them; of all others it
 * takes over what the older one has. Memory grows with what was touched.
 */
final class ChangeWalk implements AutoCloseable {
    private final CaptureRun run;
    private final DirectoryChain chain;
    private final FileStatus top;
    private final FilesAhead files;
    private final NodeSource nodes;
    private final OlderTree older;
    private final List<Touched.Name> names;
    private final List<Level> levels = new ArrayList<>();
    private @Nullable LinkGroups links;

    /** A directory on the way down, of which some names are edited. */
    private static final class Level {
        private final FileStatus status;
        private final Metadata metadata;
        private final int hints;
        private final Optional<OlderTree.Place> before;
        private final NavigableMap<EntryName, Optional<Entry>> edits = new TreeMap<>();
        private NavigableMap<EntryName, Entry> old = new TreeMap<>();
        private int next;
        private final int end;

        /**
         * Makes one.
         *
         * @param before the same directory in the older tree, if it was there
         * @param next the first of the touched names that lie below it
         * @param end behind the last of these
         */
        Level(FileStatus status, InodeCapture.Directory itself, Optional<OlderTree.Place> before, int next, int end) {
            this.status = status;
            this.metadata = itself.metadata();
            this.hints = itself.hints();
            this.before = before;
            this.next = next;
            this.end = end;
        }
    }

    /**
     * A name in a directory that was touched itself, or leads to some that were.
     *
     * @param state nothing if it was not touched itself
     * @param next the first of the touched names that lie below it
     * @param end behind the last of these
     */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    private record Child(byte[] name, Optional<Touched.State> state, int next, int end) {
        boolean isAlone() {
            return next == end;
        }
    }

    /**
     * Makes one.
     *
     * @param chain at the root of the newer tree; closed with this
     * @param files is closed by the caller, after this
     */
    ChangeWalk(
            CaptureRun run,
            DirectoryChain chain,
            FileStatus top,
            FilesAhead files,
            OlderTree older,
            Touched.Names touched) {
        this.run = run;
        this.chain = chain;
        this.top = top;
        this.files = files;
        this.nodes = older.nodes();
        this.older = older;
        this.names = touched.names();
    }

    /** The newer tree. */
    TreeRef run() throws IOException {
        boolean isRootTouched = !names.isEmpty() && names.getFirst().path().length == 0;
        Entry before = older.root();
        InodeCapture.Directory itself = isRootTouched
                ? run.inodes().directory(chain.handle(), top, false)
                : new InodeCapture.Directory(before.metadata(), ((Item.Directory) before.item()).hints());
        int first = isRootTouched ? 1 : 0;
        levels.add(level(top, itself, Optional.of(older.place(new byte[0], before)), first, names.size()));
        while (true) {
            Level level = levels.getLast();
            if (level.next < level.end) {
                visit(level, child(level));
            } else {
                levels.removeLast();
                Item.Directory directory = new Item.Directory(finished(level), level.hints);
                if (levels.isEmpty()) {
                    return DirectoryWriter.writeRoot(run.chunks(), level.metadata, directory);
                }
                byte[] name = chain.name();
                chain.leave();
                put(levels.getLast(), new Entry(InodeCapture.entryName(name), level.metadata, directory));
            }
        }
    }

    private TreeRef finished(Level level) throws IOException {
        if (level.before.isPresent()) {
            return new DirectoryEditor(nodes, run.chunks())
                    .edit(level.before.get().directory().root(), level.edits);
        }
        DirectoryWriter writer = new DirectoryWriter(run.chunks());
        for (Optional<Entry> entry : level.edits.values()) {
            writer.add(entry.orElseThrow());
        }
        return writer.finish();
    }

    private static void put(Level level, Entry entry) {
        level.edits.put(entry.name(), Optional.of(entry));
    }

    /** The next name of a directory. */
    private Child child(Level level) {
        int index = level.next;
        byte[] path = names.get(index).path();
        int from = chain.path(new byte[0]).length;
        from += from == 0 ? 0 : 1;
        int to = from;
        while (to < path.length && path[to] != '/') {
            to++;
        }
        Optional<Touched.State> state =
                to == path.length ? Optional.of(names.get(index).state()) : Optional.empty();
        int next = state.isPresent() ? index + 1 : index;
        int end = next;
        while (end < level.end && isBelow(path, to, names.get(end).path())) {
            end++;
        }
        return new Child(Arrays.copyOfRange(path, from, to), state, next, end);
    }

    private static boolean isBelow(byte[] path, int length, byte[] other) {
        return other.length > length && other[length] == '/' && Arrays.equals(path, 0, length, other, 0, length);
    }

    private void visit(Level level, Child child) throws IOException {
        level.next = child.end();
        run.look();
        FileStatus status = look(child.name()).orElse(null);
        if (child.state().isPresent() && child.state().get() instanceof Touched.Gone) {
            if (status != null || !child.isAlone() || level.before.isEmpty()) {
                throw doubt(child, "is said to be gone");
            }
            level.edits.put(InodeCapture.entryName(child.name()), Optional.empty());
            return;
        }
        Touched.There there = (Touched.There) child.state().orElse(null);
        if (status == null) {
            throw doubt(child, "is not there");
        }
        if (status.kind() == FileKind.DIRECTORY) {
            directory(level, child, there, status);
        } else if (there == null || !child.isAlone()) {
            throw doubt(child, "is no directory");
        } else {
            put(level, entry(level, child, there, status));
        }
    }

    private Optional<FileStatus> look(byte[] name) throws IOException {
        try {
            return Optional.of(FileStatus.in(chain.handle(), name));
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private DoubtException doubt(Child child, String what) {
        return new DoubtException(chain.display(child.name()) + " " + what);
    }

    /** What the older tree has of a name: in the same place of the same directory, or elsewhere. */
    private Optional<OlderTree.Place> origin(Level level, Child child, Touched.@Nullable There there)
            throws IOException {
        byte[] path;
        if (there == null) {
            OlderTree.Place outer = level.before.orElseThrow(() -> doubt(child, "is in a new directory, and not told"));
            path = RawPath.joined(outer.path(), child.name());
        } else if (there.origin().isPresent()) {
            path = there.origin().get();
        } else {
            return Optional.empty();
        }
        Entry entry = isInPlace(level, child, path)
                ? level.old.get(InodeCapture.entryName(child.name()))
                : older.find(path).orElse(null);
        if (entry == null) {
            throw doubt(child, "was not in the older tree");
        }
        return Optional.of(older.place(path, entry));
    }

    private static boolean isInPlace(Level level, Child child, byte[] origin) {
        return level.before.isPresent()
                && Arrays.equals(RawPath.joined(level.before.get().path(), child.name()), origin);
    }

    private void directory(Level level, Child child, Touched.@Nullable There there, FileStatus status)
            throws IOException {
        Optional<OlderTree.Place> before = origin(level, child, there);
        if (before.isPresent() && !(before.get().entry().item() instanceof Item.Directory)) {
            throw doubt(child, "was no directory in the older tree");
        }
        if (status.mount() != top.mount()) {
            throw doubt(child, "has something mounted on it");
        }
        boolean isSubvolume = CaptureRun.isSubvolume(level.status, status);
        if (before.isEmpty() && isSubvolume) {
            if (!child.isAlone()) {
                throw doubt(child, "is a new subvolume, of which more is told");
            }
            put(level, subvolume(child.name(), status));
            return;
        }
        CaptureRun.checkDepth(chain, child.name());
        FileHandle handle = chain.enter(child.name());
        InodeCapture.Directory itself = there == null
                ? new InodeCapture.Directory(
                        before.orElseThrow().entry().metadata(),
                        before.orElseThrow().directory().hints())
                : run.inodes().directory(handle, status, isSubvolume);
        if (before.isEmpty()) {
            checkAllTold(handle, child);
        }
        levels.add(level(status, itself, before, child.next(), child.end()));
    }

    private Entry subvolume(byte[] name, FileStatus status) throws IOException {
        CaptureRun.checkDepth(chain, name);
        DirectoryChain inner = chain.below(name);
        try (TreeWalk walk = new TreeWalk(run, inner, status, files)) {
            InodeCapture.Directory itself = run.inodes().directory(inner.handle(), status, true);
            return new Entry(InodeCapture.entryName(name), itself.metadata(), walk.run(itself));
        }
    }

    /** Of a new directory every name is told. */
    private void checkAllTold(FileHandle directory, Child child) throws IOException {
        List<byte[]> there = directory.names();
        there.sort(Arrays::compareUnsigned);
        int depth = chain.path(new byte[0]).length + 1;
        int told = 0;
        for (int i = child.next(); i < child.end(); i++) {
            byte[] path = names.get(i).path();
            boolean isIn = path.length - depth <= 255 && isLast(path, depth);
            if (isIn) {
                boolean isSame = told < there.size()
                        && Arrays.equals(there.get(told), 0, there.get(told).length, path, depth, path.length);
                if (!isSame) {
                    throw new DoubtException(chain.display(new byte[0]) + " is new, and not all in it is told");
                }
                told++;
            }
        }
        if (told < there.size()) {
            throw new DoubtException(chain.display(there.get(told)) + " is in a new directory, and not told");
        }
    }

    private static boolean isLast(byte[] path, int from) {
        for (int i = from; i < path.length; i++) {
            if (path[i] == '/') {
                return false;
            }
        }
        return true;
    }

    private Level level(
            FileStatus status, InodeCapture.Directory itself, Optional<OlderTree.Place> before, int next, int end)
            throws IOException {
        Level level = new Level(status, itself, before, next, end);
        if (before.isPresent() && next < end) {
            level.old = older.entries(before.get(), inPlace(level));
        }
        return level;
    }

    /** The names that are touched in a directory, and were in it before. */
    private NavigableSet<EntryName> inPlace(Level level) {
        NavigableSet<EntryName> wanted = new TreeSet<>();
        Level copy = level;
        int first = level.next;
        while (copy.next < copy.end) {
            Child child = child(copy);
            copy.next = child.end();
            boolean isWanted = child.state().isEmpty()
                    || (child.state().get() instanceof Touched.There(Optional<byte[]> origin, ByteRanges written)
                            && origin.isPresent()
                            && isInPlace(level, child, origin.get()));
            if (isWanted) {
                wanted.add(InodeCapture.entryName(child.name()));
            }
        }
        copy.next = first;
        return wanted;
    }

    private Entry entry(Level level, Child child, Touched.There there, FileStatus status) throws IOException {
        LinkGroups.Group group = status.links() == 1 ? null : links().meet(status, chain.path(child.name()));
        Entry other = group == null ? null : group.entry().orElse(null);
        if (other != null) {
            return new Entry(InodeCapture.entryName(child.name()), other.metadata(), other.item());
        }
        Item before =
                origin(level, child, there).map(place -> place.entry().item()).orElse(null);
        InodeCapture.Contents contents = before instanceof Item.LargeFile file
                ? (handle, size, hints) -> run.content().changed(handle, size, hints, file, there.written(), nodes)
                : run.content()::file;
        Entry entry = run.inodes()
                .entry(chain.handle(), child.name(), status, group == null ? Optional.empty() : group.id(), contents);
        if (group != null) {
            group.written(entry);
        }
        return entry;
    }

    /** Before the first file that has several names, those of all that were touched are counted: all names of each are told. */
    private LinkGroups links() throws IOException {
        LinkGroups counted = links;
        if (counted == null) {
            counted = new LinkGroups();
            FileHandle again = chain.top().openDirectoryBelow(new byte[0]);
            try (DirectoryChain all = new DirectoryChain(again)) {
                for (Touched.Name name : names) {
                    if (name.state() instanceof Touched.There && name.path().length > 0) {
                        count(all, name.path(), counted);
                    }
                }
            }
            counted.checkComplete();
            links = counted;
        }
        return counted;
    }

    private static void count(DirectoryChain all, byte[] path, LinkGroups counted) throws IOException {
        List<byte[]> way = RawPath.names(path);
        byte[] last = way.removeLast();
        try {
            FileStatus status = FileStatus.in(all.go(way), last);
            if (status.kind() != FileKind.DIRECTORY && status.links() > 1) {
                counted.count(status, path);
            }
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                throw new DoubtException("'/" + RawPath.display(path) + "' is not there");
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        chain.close();
    }
}
