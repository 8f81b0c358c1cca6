package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.RawPath;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.NodeSource;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A tree that is in the repository, of which only the nodes on the way to what is asked for are read. For one thread. */
final class OlderTree {
    private static final int REMEMBERED = 1000;

    private final NodeSource nodes;
    private final DirectoryReader reader;
    private final Entry root;
    private final Map<Bytes, TreeRef> directories = new LinkedHashMap<>(16, 0.75F, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, TreeRef> eldest) {
            return size() > REMEMBERED;
        }
    };

    OlderTree(TreeRef tree, NodeSource nodes) throws IOException {
        this.nodes = nodes;
        this.reader = new DirectoryReader(nodes);
        this.root = reader.root(tree);
    }

    /** An entry, and where it lies in the tree. */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    record Place(byte[] path, Entry entry) {
        /** What it is, if it is a directory. */
        Item.Directory directory() {
            return (Item.Directory) entry.item();
        }
    }

    NodeSource nodes() {
        return nodes;
    }

    Entry root() {
        return root;
    }

    Place place(byte[] path, Entry entry) {
        return new Place(path, entry);
    }

    /** Those entries of a directory that have one of these names. */
    NavigableMap<EntryName, Entry> entries(Place directory, NavigableSet<EntryName> names) throws IOException {
        NavigableMap<EntryName, Entry> found = new TreeMap<>();
        reader.find(directory.directory().root(), names, entry -> found.put(entry.name(), entry));
        return found;
    }

    /** The entry at the end of a path, if there is one. */
    Optional<Entry> find(byte[] path) throws IOException {
        List<byte[]> names = RawPath.names(path);
        if (names.isEmpty()) {
            return Optional.of(root);
        }
        byte[] last = names.getLast();
        byte[] parent = path.length == last.length ? new byte[0] : Arrays.copyOf(path, path.length - last.length - 1);
        Optional<TreeRef> directory = directory(parent);
        return directory.isEmpty() ? Optional.empty() : find(directory.get(), last);
    }

    private Optional<TreeRef> directory(byte[] path) throws IOException {
        TreeRef here = ((Item.Directory) root.item()).root();
        byte[] way = {};
        for (byte[] name : RawPath.names(path)) {
            way = RawPath.joined(way, name);
            TreeRef known = directories.get(Bytes.of(way));
            if (known == null) {
                Optional<Entry> entry = find(here, name);
                if (entry.isEmpty() || !(entry.get().item() instanceof Item.Directory directory)) {
                    return Optional.empty();
                }
                known = directory.root();
                directories.put(Bytes.of(way), known);
            }
            here = known;
        }
        return Optional.of(here);
    }

    private Optional<Entry> find(TreeRef directory, byte[] name) throws IOException {
        NavigableMap<EntryName, Entry> found = new TreeMap<>();
        NavigableSet<EntryName> wanted = new TreeSet<>();
        wanted.add(InodeCapture.entryName(name));
        reader.find(directory, wanted, entry -> found.put(entry.name(), entry));
        return found.values().stream().findFirst();
    }
}
