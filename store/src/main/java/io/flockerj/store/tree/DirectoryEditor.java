package io.flockerj.store.tree;

import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes a directory that differs from another one in some names. Nodes are taken over, unread, where no name differs in them and in the
 * next; so ten changes among a million entries read and write a few nodes. The result is what a {@link DirectoryWriter} makes of all
 * entries. For one thread.
 */
public final class DirectoryEditor {
    private final NodeSource nodes;
    private final NodeSink sink;
    private final Sha256 sha256 = new Sha256();

    public DirectoryEditor(NodeSource nodes, NodeSink sink) {
        this.nodes = nodes;
        this.sink = sink;
    }

    /**
     * Writes one.
     *
     * @param directory the other one
     * @param edits what is to be under some names: an entry of that name, or nothing
     */
    public TreeRef edit(TreeRef directory, NavigableMap<EntryName, Optional<Entry>> edits) throws IOException {
        if (edits.isEmpty()) {
            return directory;
        }
        DirectoryWriter writer = new DirectoryWriter(sink);
        new Edit(writer, edits).node(directory, -1, new Place(null, null, false));
        return writer.finish();
    }

    /**
     * Where a node lies.
     *
     * @param after the name that its own follow; nothing at the beginning
     * @param upTo its last name; nothing if it is the last node of its level
     * @param isNextClean whether the node behind it has no edits
     */
    private record Place(
            @Nullable EntryName after, @Nullable EntryName upTo, boolean isNextClean) {}

    private final class Edit {
        private final DirectoryWriter writer;
        private final NavigableMap<EntryName, Optional<Entry>> edits;

        Edit(DirectoryWriter writer, NavigableMap<EntryName, Optional<Entry>> edits) {
            this.writer = writer;
            this.edits = edits;
        }

        // The level is -1 for the root node, which may be on any.
        void node(TreeRef ref, int level, Place place) throws IOException {
            DirectoryNode node = DirectoryNode.read(nodes, ref, sha256);
            if (level >= 0 && node.level() != level) {
                throw new BrokenException("node " + ref.id(), "it is on a wrong level");
            }
            if (node.level() == 0) {
                merge(node.entries(), editsIn(place.after(), place.upTo()));
                return;
            }
            List<DirectoryNode.Child> children = node.children();
            EntryName after = place.after();
            for (int i = 0; i < children.size(); i++) {
                DirectoryNode.Child child = children.get(i);
                boolean isLast = i == children.size() - 1;
                EntryName upTo = isLast ? place.upTo() : child.lastName();
                boolean isNextClean = isLast ? place.isNextClean() : isClean(children, i + 1, place);
                Place here = new Place(after, upTo, isNextClean);
                boolean isReused = upTo != null
                        && isNextClean
                        && editsIn(after, upTo).isEmpty()
                        && writer.isAtBoundary(node.level() - 1);
                if (isReused) {
                    writer.addNode(node.level() - 1, child);
                } else {
                    node(child.ref(), node.level() - 1, here);
                }
                after = child.lastName();
            }
        }

        private boolean isClean(List<DirectoryNode.Child> children, int index, Place place) {
            EntryName after = children.get(index - 1).lastName();
            boolean isLast = index == children.size() - 1;
            return editsIn(after, isLast ? place.upTo() : children.get(index).lastName())
                    .isEmpty();
        }

        private NavigableMap<EntryName, Optional<Entry>> editsIn(@Nullable EntryName after, @Nullable EntryName upTo) {
            NavigableMap<EntryName, Optional<Entry>> behind = after == null ? edits : edits.tailMap(after, false);
            return upTo == null ? behind : behind.headMap(upTo, true);
        }

        private void merge(List<Entry> entries, NavigableMap<EntryName, Optional<Entry>> here) throws IOException {
            Iterator<Map.Entry<EntryName, Optional<Entry>>> changes =
                    here.entrySet().iterator();
            Map.Entry<EntryName, Optional<Entry>> change = changes.hasNext() ? changes.next() : null;
            for (Entry entry : entries) {
                while (change != null && change.getKey().compareTo(entry.name()) < 0) {
                    put(change);
                    change = changes.hasNext() ? changes.next() : null;
                }
                if (change != null && change.getKey().equals(entry.name())) {
                    put(change);
                    change = changes.hasNext() ? changes.next() : null;
                } else {
                    writer.add(entry);
                }
            }
            while (change != null) {
                put(change);
                change = changes.hasNext() ? changes.next() : null;
            }
        }

        private void put(Map.Entry<EntryName, Optional<Entry>> change) throws IOException {
            Entry entry = change.getValue().orElse(null);
            if (entry != null) {
                if (!entry.name().equals(change.getKey())) {
                    throw new IllegalArgumentException(entry.name() + " cannot be under " + change.getKey());
                }
                writer.add(entry);
            }
        }
    }
}
