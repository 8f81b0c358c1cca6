package io.flockerj.store.tree;

import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.ByteWriter;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the entries of a directory as nodes, with no more than a few in memory. What it makes depends on the entries alone. For one
 * thread.
 */
public final class DirectoryWriter {
    private final NodeSink sink;
    private final Sha256 sha256 = new Sha256();
    private final List<Level> levels = new ArrayList<>();
    private @Nullable EntryName last;

    public DirectoryWriter(NodeSink sink) {
        this.sink = sink;
        levels.add(new Level(0));
    }

    /** Writes the root of a tree: the directory that the volume is. */
    public static TreeRef writeRoot(NodeSink sink, Metadata metadata, Item.Directory directory) throws IOException {
        DirectoryWriter writer = new DirectoryWriter(sink);
        writer.put(new Entry(EntryName.ROOT, metadata, directory));
        return writer.finish();
    }

    /** The entry whose name follows all those that were added before. */
    public void add(Entry entry) throws IOException {
        if (entry.name().equals(EntryName.ROOT)) {
            throw new IllegalArgumentException("a directory cannot hold the root");
        }
        put(entry);
    }

    private void put(Entry entry) throws IOException {
        EntryName before = last;
        if (before != null && before.compareTo(entry.name()) >= 0) {
            throw new IllegalArgumentException("entries are not in order: " + before + ", " + entry.name());
        }
        last = entry.name();
        levels.getFirst().add(entry);
    }

    /** Whether a node of this level that was cut in the same way could stand here: nothing is begun on it or below. */
    boolean isAtBoundary(int level) {
        return levels.stream().limit(level + 1L).allMatch(each -> each.count == 0);
    }

    /** A whole node, which is not the last one of its level, at a boundary of it. */
    void addNode(int level, DirectoryNode.Child node) throws IOException {
        if (!isAtBoundary(level)) {
            throw new IllegalStateException("no node can stand here");
        }
        while (levels.size() <= level + 1) {
            levels.add(new Level(levels.size()));
        }
        // Below one that is not the last of its level lie several of each.
        levels.subList(0, level).forEach(each -> each.nodes += 2);
        levels.get(level).taken(node);
        levels.get(level + 1).add(node);
        last = node.lastName();
    }

    /** The directory of what was added. Then this writer is of no further use. */
    public TreeRef finish() throws IOException {
        levels.getFirst().end(EntryName.ROOT);
        for (int number = 0; ; number++) {
            Level level = levels.get(number);
            if (number > 0) {
                level.endIfBegun();
            }
            if (level.nodes == 1) {
                return level.lastNode();
            }
        }
    }

    private final class Level {
        private final int number;
        private final Cuts cuts;
        private final ByteWriter first = new ByteWriter();
        private final ByteWriter second = new ByteWriter();
        private final ByteWriter item = new ByteWriter();
        private int count;
        private int nodes;
        private Totals totals = Totals.NONE;
        private @Nullable EntryName lastName;
        private @Nullable TreeRef node;

        Level(int number) {
            this.number = number;
            this.cuts = Cuts.ofDirectory(number);
        }

        TreeRef lastNode() {
            return Objects.requireNonNull(node);
        }

        void taken(DirectoryNode.Child child) {
            node = child.ref();
            nodes++;
        }

        void add(Entry entry) throws IOException {
            item.clear();
            EntryFormat.writeFirst(item, entry);
            beforeItem();
            EntryFormat.writeSecond(second, entry);
            behindItem(entry.name(), entry.item().totals());
        }

        private void add(DirectoryNode.Child child) throws IOException {
            Bytes name = child.lastName().bytes();
            item.clear();
            item.bytes(name).hash(child.ref().digest());
            beforeItem();
            second.hash(child.ref().id());
            child.ref().totals().write(second);
            behindItem(child.lastName(), child.ref().totals());
        }

        private void beforeItem() throws IOException {
            if (cuts.before(item.size())) {
                endIfBegun();
            }
            first.raw(item.buffer(), 0, item.size());
        }

        private void behindItem(EntryName name, Totals more) throws IOException {
            count++;
            totals = totals.plus(more);
            lastName = name;
            if (cuts.behind(Cuts.key(name.bytes()), item.size())) {
                end(name);
            }
        }

        void endIfBegun() throws IOException {
            EntryName name = lastName;
            if (count > 0 && name != null) {
                end(name);
            }
        }

        // An empty node is written only if the whole directory is empty.
        void end(EntryName name) throws IOException {
            if (count == 0 && nodes > 0) {
                return;
            }
            EntryName greatest = lastName == null ? name : lastName;
            ByteWriter bytes = new ByteWriter();
            DirectoryNode.writeHeader(bytes, number, count, first.size());
            bytes.raw(first.buffer(), 0, first.size());
            var digest = sha256.hash(bytes.buffer(), 0, bytes.size());
            bytes.raw(second.buffer(), 0, second.size());
            TreeRef made = new TreeRef(sink.put(bytes.buffer(), bytes.size()), digest, totals);
            node = made;
            nodes++;
            first.clear();
            second.clear();
            count = 0;
            totals = Totals.NONE;
            if (levels.size() == number + 1) {
                levels.add(new Level(number + 1));
            }
            if (!greatest.equals(EntryName.ROOT)) {
                levels.get(number + 1).add(new DirectoryNode.Child(greatest, made));
            }
        }
    }
}
