package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes through the segments of content as they are asked for. It stands before a node that was not read, before a segment, or at the end. */
final class SegmentCursor {
    private static final Bytes MAGIC = Bytes.utf8(SegmentWriter.MAGIC);

    private final NodeSource nodes;
    private final Deque<Segment> few = new ArrayDeque<>();
    private final Deque<Open> path = new ArrayDeque<>();
    private @Nullable Child child;
    private @Nullable Segment segment;
    private @Nullable Segment last;

    /**
     * A node that was not read.
     *
     * @param level -1 for the root, which may be on any
     */
    record Child(Hash id, int level, long length, long data) {}

    /** A node that is being read. */
    private static final class Open {
        final ByteReader reader;
        final int level;
        int items;
        long length;
        long data;

        Open(ByteReader reader, int level, int items, long length, long data) {
            this.reader = reader;
            this.level = level;
            this.items = items;
            this.length = length;
            this.data = data;
        }
    }

    SegmentCursor(NodeSource nodes, Storage storage, long size, Hash digest) {
        this.nodes = nodes;
        switch (storage) {
            case Storage.Whole() -> few.add(new Segment.Slice(digest, 0, size));
            case Storage.Few(List<Segment> segments) -> few.addAll(segments);
            case Storage.Many(Hash root, long data) -> child = new Child(root, -1, size, data);
        }
    }

    /** Comes to what follows; to be called before anything else is asked. */
    void settle() throws IOException {
        if (child != null || segment != null) {
            return;
        }
        while (!path.isEmpty() && path.getLast().items == 0) {
            Open left = path.removeLast();
            left.reader.end();
            left.reader.check(left.length == 0 && left.data == 0, "it is shorter than it should be");
        }
        if (path.isEmpty()) {
            segment = few.poll();
        } else {
            item(path.getLast());
        }
    }

    private void item(Open here) throws IOException {
        long length;
        long data;
        if (here.level == 0) {
            Segment read = Segment.read(here.reader);
            Segment before = last;
            here.reader.check(before == null || before.joined(read).isEmpty(), "two segments should be written as one");
            length = read.length();
            data = read.data();
            segment = read;
            last = read;
        } else {
            Hash id = here.reader.hash();
            length = here.reader.varint();
            data = here.reader.varint();
            child = new Child(id, here.level - 1, length, data);
        }
        here.reader.check(length <= here.length && data <= here.data, "it is longer than it should be");
        here.items--;
        here.length -= length;
        here.data -= data;
    }

    boolean atEnd() {
        return child == null && segment == null;
    }

    /** The node that it stands before. */
    @Nullable
    Child node() {
        return child;
    }

    /** The segment that it stands before, or what is left of it. */
    @Nullable
    Segment segment() {
        return segment;
    }

    /** Reads the node. */
    void expand() throws IOException {
        Child node = child;
        if (node == null) {
            throw new IllegalStateException("there is no node here");
        }
        child = null;
        byte[] bytes = nodes.get(node.id());
        ByteReader reader = new ByteReader("node " + node.id(), bytes);
        reader.check(bytes.length <= DirectoryNode.LONGEST, "it is too long");
        reader.check(reader.raw(MAGIC.length()).equals(MAGIC), "it is no list of segments");
        reader.check(reader.u16() == SegmentWriter.VERSION, "it is of an unknown version");
        int level = reader.u16();
        reader.check(
                level <= DirectoryNode.HIGHEST_LEVEL && (node.level() < 0 || level == node.level()),
                "it is on a wrong level");
        int items = reader.u32("the number of items", DirectoryNode.LONGEST);
        reader.check(items > 0, "it is empty");
        path.add(new Open(reader, level, items, node.length(), node.data()));
    }

    /** Passes over the node. */
    void skip() {
        child = null;
        last = null;
    }

    /** Passes some bytes of the segment. */
    void pass(long length) {
        segment = switch (segment) {
            case Segment.Hole hole when hole.length() > length -> new Segment.Hole(hole.length() - length);
            case Segment.Slice slice
            when slice.length() > length ->
                new Segment.Slice(slice.chunk(), slice.offset() + (int) length, slice.length() - length);
            case null, default -> null;
        };
    }
}
