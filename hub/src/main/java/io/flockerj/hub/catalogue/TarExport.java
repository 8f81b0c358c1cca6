package io.flockerj.hub.catalogue;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.tree.AttributeSet;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.DirectoryCursor;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentReader;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Writes a part of a tree into an archive: everything but sockets, which archives have not. For one archive. */
final class TarExport {
    /** Directories that are deeper let the nodes go that lie above. */
    private static final int KEPT_OPEN = 24;
    /** So many files with several names are remembered; of others each name is a file of its own. */
    private static final int MOST_LINKED = 100_000;
    /** A file with more parts is written with zeros where it has holes. */
    private static final int MOST_RANGES = 100_000;

    private final OpenTree tree;
    private final TarStream out;
    private final ContentStream contents;
    private final Map<Id, Linked> linked = new HashMap<>();

    /** A file that is in the archive under a name, and may come again under others. */
    private record Linked(Bytes name, Hash fingerprint) {}

    private record Level(Bytes name, DirectoryCursor entries) {}

    TarExport(OpenTree tree, OutputStream out) {
        this.tree = tree;
        this.out = new TarStream(out);
        this.contents = new ContentStream(tree.chunks());
    }

    void write(Entry entry, TreePath path) throws IOException {
        Bytes top = path.names().isEmpty()
                ? Bytes.utf8(".")
                : path.names().getLast().bytes();
        Deque<Level> levels = new ArrayDeque<>();
        add(top, entry);
        enter(levels, top, entry);
        while (!levels.isEmpty()) {
            Level here = levels.getLast();
            Optional<Entry> next = here.entries().next();
            if (next.isEmpty()) {
                levels.removeLast();
            } else {
                Bytes name = inside(here.name(), next.get().name().bytes());
                add(name, next.get());
                enter(levels, name, next.get());
            }
        }
        out.end();
    }

    private void enter(Deque<Level> levels, Bytes name, Entry entry) {
        Optional<TreeRef> directory = OpenTree.directory(entry);
        if (directory.isPresent()) {
            if (levels.size() > KEPT_OPEN) {
                levels.getLast().entries().putAside();
            }
            levels.add(new Level(name, tree.directories().open(directory.get())));
        }
    }

    private static Bytes inside(Bytes directory, Bytes name) {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        path.writeBytes(directory.toArray());
        path.write('/');
        path.writeBytes(name.toArray());
        return Bytes.of(path.toByteArray());
    }

    private void add(Bytes name, Entry entry) throws IOException {
        if (entry.item() instanceof Item.Socket) {
            return;
        }
        Optional<Bytes> first = firstName(name, entry);
        if (first.isPresent()) {
            out.link(name, entry.metadata(), first.get());
            return;
        }
        NavigableMap<Bytes, Bytes> attributes = attributes(entry);
        switch (entry.item()) {
            case Item.SmallFile file -> {
                out.file(name, entry.metadata(), attributes, file.content().length());
                contents.write(file, 0, file.content().length(), out.data());
                out.pad();
            }
            case Item.LargeFile file -> add(name, entry, attributes, file);
            case Item.Directory _ -> out.directory(name, entry.metadata(), attributes);
            case Item.SymbolicLink link -> out.symbolicLink(name, entry.metadata(), attributes, link.target());
            case Item.Fifo _ -> out.fifo(name, entry.metadata(), attributes);
            case Item.Device device -> out.device(name, entry.metadata(), attributes, device);
            case Item.Socket _ -> throw new IllegalStateException("archives have no sockets");
        }
    }

    private void add(Bytes name, Entry entry, NavigableMap<Bytes, Bytes> attributes, Item.LargeFile file)
            throws IOException {
        Optional<List<TarStream.Range>> ranges = ranges(file);
        if (ranges.isPresent()) {
            out.sparseFile(name, entry.metadata(), attributes, file.size(), ranges.get());
            contents.writeData(file, out.data());
        } else {
            out.file(name, entry.metadata(), attributes, file.size());
            contents.write(file, 0, file.size(), out.data());
        }
        out.pad();
    }

    /** Where data lie in a file with holes; empty if it has none, or is in too many parts. */
    private Optional<List<TarStream.Range>> ranges(Item.LargeFile file) throws IOException {
        if (file.storage().data(file.size()) == file.size()) {
            return Optional.empty();
        }
        List<TarStream.Range> ranges = new ArrayList<>();
        long[] at = {0};
        new SegmentReader(tree.chunks()).read(file, 0, file.size(), segment -> {
            if (segment instanceof Segment.Slice && ranges.size() <= MOST_RANGES) {
                boolean isNext = !ranges.isEmpty() && ranges.getLast().end() == at[0];
                ranges.add(
                        isNext
                                ? new TarStream.Range(
                                        ranges.getLast().offset(),
                                        ranges.removeLast().length() + segment.length())
                                : new TarStream.Range(at[0], segment.length()));
            }
            at[0] += segment.length();
        });
        return ranges.size() > MOST_RANGES ? Optional.empty() : Optional.of(ranges);
    }

    /** The name under which a file is in the archive already, if it is. */
    private Optional<Bytes> firstName(Bytes name, Entry entry) throws BrokenException {
        Optional<Id> group = entry.metadata().links();
        if (group.isEmpty()) {
            return Optional.empty();
        }
        Linked known = linked.get(group.get());
        if (known == null) {
            if (linked.size() < MOST_LINKED) {
                linked.put(group.get(), new Linked(name, entry.fingerprint()));
            }
            return Optional.empty();
        }
        if (!known.fingerprint().equals(entry.fingerprint())) {
            throw new BrokenException("the tree", "names of one file, such as " + name + ", are different files");
        }
        return Optional.of(known.name());
    }

    private NavigableMap<Bytes, Bytes> attributes(Entry entry) throws IOException {
        String object = "the attributes of " + entry.name();
        return switch (entry.metadata().attributes()) {
            case Attributes.None() -> new TreeMap<>();
            case Attributes.Inline(Bytes set) -> AttributeSet.read(object, set);
            case Attributes.Stored stored -> {
                // They are in an extended header, which stands before the file: so they have to be had at once.
                ByteArrayOutputStream set = new ByteArrayOutputStream();
                contents.write(
                        new Item.LargeFile(stored.length(), stored.digest(), stored.storage(), 0),
                        0,
                        stored.length(),
                        set);
                yield AttributeSet.read(object, Bytes.of(set.toByteArray()));
            }
        };
    }
}
