package io.flockerj.plugin.shelf;

import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.storage.Change;
import io.flockerj.plugin.storage.ChangeTracking;
import io.flockerj.store.tree.DirectoryCursor;
import io.flockerj.store.tree.DirectoryDifference;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.tree.NodeSource;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What differs between two trees of a repository, at the cost of what does, told as it is found. They do not tell which file is which: what
 * is gone from one place, and is in another as it was, was renamed. That is looked for among the first {@link #MOST_MATCHED} that are
 * gone or new; memory does not grow with further ones, nor with the trees. For one thread.
 */
final class TreeChanges {
    /** More than anybody renames one by one; each takes some hundred bytes. */
    static final int MOST_MATCHED = 50_000;

    /** Below this, directories on the way hold no nodes. */
    private static final int HELD = 16;

    private final DirectoryReader reader;
    private final ChangeTracking.ChangeSink sink;
    private final int mostMatched;
    private final List<Named> added = new ArrayList<>();
    private final Map<Object, Deque<Named>> removed = new HashMap<>();
    private int matched;

    /** An entry, and its path. */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    private record Named(byte[] path, Entry entry) {}

    /** A directory that is in both trees, and how far it was gone through. */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    private record Both(byte[] path, DirectoryDifference difference) {}

    /** A directory that is in one of the trees, and how far it was gone through. */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    private record One(byte[] path, DirectoryCursor entries) {}

    /** What a file or directory is, wherever it lies, and wherever its content is stored. */
    private record Nameless(Metadata metadata, Object content) {}

    private TreeChanges(NodeSource nodes, ChangeTracking.ChangeSink sink, int mostMatched) {
        this.reader = new DirectoryReader(nodes);
        this.sink = sink;
        this.mostMatched = mostMatched;
    }

    /**
     * Tells all of them, in no order.
     *
     * @param mostMatched how many that are gone or new are kept, to find out what was renamed
     */
    static void tell(TreeRef before, TreeRef after, NodeSource nodes, ChangeTracking.ChangeSink sink, int mostMatched)
            throws IOException {
        if (!before.digest().equals(after.digest())) {
            new TreeChanges(nodes, sink, mostMatched).run(before, after);
        }
    }

    private void run(TreeRef before, TreeRef after) throws IOException {
        Deque<Both> way = new ArrayDeque<>();
        compare(new byte[0], reader.root(before), reader.root(after), way);
        while (!way.isEmpty()) {
            Both directory = way.getFirst();
            Optional<DirectoryDifference.Change> next = directory.difference().next();
            if (next.isPresent()) {
                compare(directory.path(), next.get(), way);
            } else {
                way.pop();
            }
        }
        matchRenamed();
    }

    private void compare(byte[] directory, DirectoryDifference.Change change, Deque<Both> way) throws IOException {
        Entry named = change.before().or(change::after).orElseThrow();
        byte[] path = RawPath.joined(directory, named.name().bytes().toArray());
        boolean isSameKind = change.before().isPresent()
                && change.after().isPresent()
                && kind(change.before().get()) == kind(change.after().get());
        if (isSameKind) {
            compare(path, change.before().get(), change.after().get(), way);
            return;
        }
        if (change.before().isPresent()) {
            gone(new Named(path, change.before().get()));
        }
        if (change.after().isPresent()) {
            isNew(new Named(path, change.after().get()));
        }
    }

    private void gone(Named there) throws IOException {
        if (matched++ < mostMatched) {
            removed.computeIfAbsent(nameless(there.entry()), each -> new ArrayDeque<>())
                    .add(there);
        } else {
            tell(Change.Kind.REMOVED, there);
        }
    }

    private void isNew(Named here) throws IOException {
        if (matched++ < mostMatched) {
            added.add(here);
        } else {
            tell(Change.Kind.ADDED, here);
        }
    }

    private void compare(byte[] path, Entry before, Entry after, Deque<Both> way) throws IOException {
        Set<Change.Aspect> aspects = EnumSet.noneOf(Change.Aspect.class);
        Metadata was = before.metadata();
        Metadata is = after.metadata();
        if (was.mode() != is.mode()) {
            aspects.add(Change.Aspect.MODE);
        }
        if (was.owner() != is.owner() || was.group() != is.group()) {
            aspects.add(Change.Aspect.OWNER);
        }
        if (!was.attributes().equals(is.attributes())) {
            aspects.add(Change.Aspect.XATTRS);
        }
        if (before.item() instanceof Item.Directory one && after.item() instanceof Item.Directory other) {
            if (way.size() >= HELD) {
                way.getFirst().difference().putAside();
            }
            way.push(new Both(path, reader.difference(one.root(), other.root())));
        } else if (!content(before.item()).equals(content(after.item()))) {
            aspects.add(Change.Aspect.CONTENT);
        }
        if (!aspects.isEmpty()) {
            sink.accept(new Change(
                    Change.Kind.CHANGED, path, Optional.empty(), kind(after), aspects, size(before), size(after)));
        }
    }

    private void matchRenamed() throws IOException {
        for (Named here : added) {
            Deque<Named> same = removed.get(nameless(here.entry()));
            if (same == null || same.isEmpty()) {
                tell(Change.Kind.ADDED, here);
            } else {
                Named there = same.pop();
                sink.accept(new Change(
                        Change.Kind.RENAMED,
                        here.path(),
                        Optional.of(there.path()),
                        kind(here.entry()),
                        Set.of(),
                        size(there.entry()),
                        size(here.entry())));
            }
        }
        for (Deque<Named> gone : removed.values()) {
            for (Named there : gone) {
                tell(Change.Kind.REMOVED, there);
            }
        }
    }

    /** With everything in it. */
    private void tell(Change.Kind kind, Named top) throws IOException {
        Deque<One> way = new ArrayDeque<>();
        tell(kind, top, way);
        while (!way.isEmpty()) {
            One directory = way.getFirst();
            Optional<Entry> next = directory.entries().next();
            if (next.isPresent()) {
                Entry inside = next.get();
                tell(
                        kind,
                        new Named(
                                RawPath.joined(
                                        directory.path(), inside.name().bytes().toArray()),
                                inside),
                        way);
            } else {
                way.pop();
            }
        }
    }

    private void tell(Change.Kind kind, Named named, Deque<One> way) throws IOException {
        Entry entry = named.entry();
        boolean isAdded = kind == Change.Kind.ADDED;
        sink.accept(new Change(
                kind,
                named.path(),
                Optional.empty(),
                kind(entry),
                Set.of(),
                isAdded ? 0 : size(entry),
                isAdded ? size(entry) : 0));
        if (entry.item() instanceof Item.Directory directory) {
            if (way.size() >= HELD) {
                way.getFirst().entries().putAside();
            }
            way.push(new One(named.path(), reader.open(directory.root())));
        }
    }

    private static Nameless nameless(Entry entry) {
        Metadata metadata = entry.metadata();
        Metadata alone = new Metadata(
                metadata.mode(),
                metadata.owner(),
                metadata.group(),
                metadata.seconds(),
                metadata.nanos(),
                metadata.flags(),
                Optional.empty(),
                metadata.attributes());
        return new Nameless(alone, content(entry.item()));
    }

    private static Object content(Item item) {
        return switch (item) {
            case Item.SmallFile file -> file.content();
            case Item.LargeFile file -> List.of(file.size(), file.digest());
            case Item.Directory directory ->
                List.of("directory", directory.root().digest());
            case Item.SymbolicLink link -> link;
            case Item.Fifo fifo -> fifo;
            case Item.Socket socket -> socket;
            case Item.Device device -> device;
        };
    }

    private static FileKind kind(Entry entry) {
        return switch (entry.item()) {
            case Item.SmallFile file -> FileKind.FILE;
            case Item.LargeFile file -> FileKind.FILE;
            case Item.Directory directory -> FileKind.DIRECTORY;
            case Item.SymbolicLink link -> FileKind.SYMLINK;
            case Item.Fifo fifo -> FileKind.FIFO;
            case Item.Socket socket -> FileKind.SOCKET;
            case Item.Device device -> device.block() ? FileKind.BLOCK_DEVICE : FileKind.CHARACTER_DEVICE;
        };
    }

    private static long size(Entry entry) {
        return switch (entry.item()) {
            case Item.SmallFile file -> file.content().length();
            case Item.LargeFile file -> file.size();
            case Item.SymbolicLink link -> link.target().length();
            default -> 0;
        };
    }
}
