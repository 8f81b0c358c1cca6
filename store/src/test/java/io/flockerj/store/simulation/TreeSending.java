package io.flockerj.store.simulation;

import io.flockerj.store.ChunkReader;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Hash;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.DirectoryEditor;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.DirectoryWriter;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentReader;
import io.flockerj.store.tree.SegmentWriter;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sends a tree, whole or as what has changed since another one: the way of a capture, without a file system. */
final class TreeSending {
    private static final int LARGEST_CHUNK_OF_ITS_OWN = 64 * 1024;
    private static final int LONGEST_PIECE = 4_000;
    private static final int SHORTEST_HOLE = 100;

    private final ChunkWriter writer;
    private final Random random;

    TreeSending(ChunkWriter writer, Random random) {
        this.writer = writer;
        this.random = random;
    }

    static Metadata metadata(int mode) {
        return new Metadata(mode, 1, 2, 3, 4, 0, Optional.empty(), new Attributes.None());
    }

    TreeRef whole(Node.Directory root) throws IOException {
        return root(root, directory(root));
    }

    private TreeRef root(Node.Directory root, TreeRef entries) throws IOException {
        return DirectoryWriter.writeRoot(writer, metadata(root.mode()), new Item.Directory(entries, 0));
    }

    private TreeRef directory(Node.Directory directory) throws IOException {
        DirectoryWriter entries = new DirectoryWriter(writer);
        for (Map.Entry<String, Node> entry : directory.entries().entrySet()) {
            entries.add(entry(entry.getKey(), item(entry.getValue()), entry.getValue()));
        }
        return entries.finish();
    }

    private static Entry entry(String name, Item item, Node node) {
        int mode = switch (node) {
            case Node.File file -> file.mode();
            case Node.Directory directory -> directory.mode();
            case Node.Link link -> 0777;
        };
        return new Entry(new EntryName(Bytes.utf8(name)), metadata(mode), item);
    }

    private Item item(Node node) throws IOException {
        return switch (node) {
            case Node.File file
            when file.content().length() <= Item.SmallFile.LONGEST -> new Item.SmallFile(file.content(), 0);
            case Node.File file -> {
                SegmentWriter segments = new SegmentWriter(writer);
                byte[] content = file.content().toArray();
                addPieces(segments, content, 0, content.length);
                Hash digest = digest(content);
                yield new Item.LargeFile(content.length, digest, segments.finish(digest), 0);
            }
            case Node.Directory directory -> new Item.Directory(directory(directory), 0);
            case Node.Link link -> new Item.SymbolicLink(link.target());
        };
    }

    private static Hash digest(byte[] content) {
        ContentDigester digester = new ContentDigester();
        digester.data(content, 0, content.length);
        return digester.finish();
    }

    /** Any cut is valid; so pieces are short, and lists of them long enough for nodes. */
    private void addPieces(SegmentWriter segments, byte[] content, int from, int to) throws IOException {
        boolean isOne = to - from <= LARGEST_CHUNK_OF_ITS_OWN && random.nextBoolean();
        for (int at = from; at < to; ) {
            int length = isOne ? to - from : Math.min(to - at, 1 + random.nextInt(LONGEST_PIECE));
            int zeros = zeros(content, at, to);
            if (zeros >= SHORTEST_HOLE) {
                segments.add(new Segment.Hole(zeros));
                length = zeros;
            } else {
                length = Math.min(length, to - at);
                segments.add(new Segment.Slice(writer.data(content, at, length), 0, length));
            }
            at += length;
        }
    }

    private static int zeros(byte[] content, int from, int to) {
        int at = from;
        while (at < to && content[at] == 0) {
            at++;
        }
        return at - from;
    }

    /** What has changed since another tree, of which the nodes are there. */
    TreeRef changed(Node.Directory root, Node.Directory before, TreeRef beforeTree, ChunkReader nodes)
            throws IOException {
        if (new DirectoryReader(nodes).root(beforeTree).item() instanceof Item.Directory directory) {
            return root(root, changed(root, before, directory, nodes));
        }
        throw new AssertionError("the root is no directory");
    }

    private TreeRef changed(Node.Directory now, Node.Directory before, Item.Directory there, ChunkReader nodes)
            throws IOException {
        NavigableMap<EntryName, Optional<Entry>> edits = new TreeMap<>();
        TreeSet<String> names = new TreeSet<>(now.entries().keySet());
        names.addAll(before.entries().keySet());
        names.removeIf(
                name -> Objects.equals(now.entries().get(name), before.entries().get(name)));
        TreeSet<EntryName> changed = new TreeSet<>();
        names.forEach(name -> changed.add(new EntryName(Bytes.utf8(name))));
        Map<String, Item> items = new HashMap<>();
        new DirectoryReader(nodes)
                .find(there.root(), changed, entry -> items.put(entry.name().toString(), entry.item()));
        for (String name : names) {
            Node is = now.entries().get(name);
            Item item = items.get(name);
            Optional<Entry> edit = is == null
                    ? Optional.empty()
                    : Optional.of(entry(name, edited(is, before.entries().get(name), item, nodes), is));
            edits.put(new EntryName(Bytes.utf8(name)), edit);
        }
        return new DirectoryEditor(nodes, writer).edit(there.root(), edits);
    }

    private Item edited(Node is, @Nullable Node was, @Nullable Item there, ChunkReader nodes) throws IOException {
        if (is instanceof Node.Directory now
                && was instanceof Node.Directory before
                && there instanceof Item.Directory directory) {
            return new Item.Directory(changed(now, before, directory, nodes), 0);
        }
        if (is instanceof Node.File now
                && was instanceof Node.File before
                && there instanceof Item.LargeFile file
                && now.content().length() > Item.SmallFile.LONGEST) {
            return spliced(now.content().toArray(), before.content().toArray(), file, nodes);
        }
        return item(is);
    }

    /** What is the same at both ends stays where it is stored. */
    private Item spliced(byte[] now, byte[] before, Item.LargeFile there, ChunkReader nodes) throws IOException {
        int shorter = Math.min(now.length, before.length);
        int head = 0;
        while (head < shorter && now[head] == before[head]) {
            head++;
        }
        int tail = 0;
        while (now.length == before.length
                && tail < shorter - head
                && now[now.length - 1 - tail] == before[before.length - 1 - tail]) {
            tail++;
        }
        SegmentWriter segments = new SegmentWriter(writer);
        keep(segments, there, 0, head, nodes);
        addPieces(segments, now, head, now.length - tail);
        keep(segments, there, now.length - tail, now.length, nodes);
        Hash digest = digest(now);
        return new Item.LargeFile(now.length, digest, segments.finish(digest), 0);
    }

    private static void keep(SegmentWriter segments, Item.LargeFile there, long from, long to, ChunkReader nodes)
            throws IOException {
        long[] at = {0};
        new SegmentReader(nodes).read(there.storage(), there.size(), there.digest(), segment -> {
            long begin = Math.max(from, at[0]);
            long end = Math.min(to, at[0] + segment.length());
            if (begin < end) {
                long skipped = begin - at[0];
                segments.add(
                        switch (segment) {
                            case Segment.Hole hole -> new Segment.Hole(end - begin);
                            case Segment.Slice slice ->
                                new Segment.Slice(slice.chunk(), slice.offset() + (int) skipped, end - begin);
                        });
            }
            at[0] += segment.length();
        });
    }
}
