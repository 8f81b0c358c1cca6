package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.wire.ByteWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the segments of one content after another, and makes nodes where they are many. For one thread. */
public final class SegmentWriter {
    static final String MAGIC = "flkjSEGS";
    static final int VERSION = 1;
    static final int HEADER = 16;

    private final NodeSink sink;
    private final List<Segment> few = new ArrayList<>();
    private final List<Level> levels = new ArrayList<>();
    private @Nullable Segment last;
    private long data;

    public SegmentWriter(NodeSink sink) {
        this.sink = sink;
    }

    private record Child(Hash id, long length, long data) {}

    /** What follows the segments that were added before. */
    public void add(Segment segment) throws IOException {
        data += segment.data();
        Segment before = last;
        if (before == null) {
            last = segment;
            return;
        }
        Segment joined = before.joined(segment).orElse(null);
        if (joined == null) {
            put(before);
            last = segment;
        } else {
            last = joined;
        }
    }

    /**
     * Where the content is stored that the segments make; then another begins. There is at least one.
     *
     * @param digest of the content
     */
    public Storage finish(Hash digest) throws IOException {
        Segment end = last;
        if (end == null) {
            throw new IllegalStateException("content without segments");
        }
        put(end);
        Storage storage = few.isEmpty() ? many() : few(digest);
        few.clear();
        levels.clear();
        last = null;
        data = 0;
        return storage;
    }

    private Storage few(Hash digest) {
        boolean whole = few.size() == 1
                && few.getFirst() instanceof Segment.Slice slice
                && slice.offset() == 0
                && slice.chunk().equals(digest)
                && slice.length() <= 64 * 1024;
        return whole ? new Storage.Whole() : new Storage.Few(few);
    }

    private Storage many() throws IOException {
        for (int number = 0; ; number++) {
            Level level = levels.get(number);
            level.end();
            if (level.nodes == 1) {
                return new Storage.Many(level.lastNode.id(), data);
            }
        }
    }

    private void put(Segment segment) throws IOException {
        if (levels.isEmpty()) {
            few.add(segment);
            if (few.size() > Storage.MOST_SEGMENTS) {
                levels.add(new Level(0));
                for (Segment each : few) {
                    levels.getFirst().add(each);
                }
                few.clear();
            }
        } else {
            levels.getFirst().add(segment);
        }
    }

    private final class Level {
        private final int number;
        private final Cuts cuts;
        private final ByteWriter items = new ByteWriter();
        private final ByteWriter item = new ByteWriter();
        private int count;
        private long length;
        private long dataInNode;
        private int nodes;
        private Child lastNode = new Child(new Hash(0, 0, 0, 0), 0, 0);

        Level(int number) {
            this.number = number;
            this.cuts = Cuts.ofSegments(number);
        }

        void add(Segment segment) throws IOException {
            item.clear();
            segment.write(item);
            add(segment.key(), segment.length(), segment.data());
        }

        private void add(Child child) throws IOException {
            item.clear();
            item.hash(child.id()).varint(child.length()).varint(child.data());
            add(Cuts.key(child.id()), child.length(), child.data());
        }

        private void add(long key, long itemLength, long itemData) throws IOException {
            if (cuts.before(item.size())) {
                end();
            }
            items.raw(item.buffer(), 0, item.size());
            count++;
            length += itemLength;
            dataInNode += itemData;
            if (cuts.behind(key, item.size())) {
                end();
            }
        }

        void end() throws IOException {
            if (count == 0) {
                return;
            }
            ByteWriter node = new ByteWriter();
            node.raw(MAGIC.getBytes(StandardCharsets.US_ASCII))
                    .u16(VERSION)
                    .u16(number)
                    .u32(count);
            node.raw(items.buffer(), 0, items.size());
            lastNode = new Child(sink.put(node.buffer(), node.size()), length, dataInNode);
            nodes++;
            items.clear();
            count = 0;
            length = 0;
            dataInNode = 0;
            if (levels.size() == number + 1) {
                levels.add(new Level(number + 1));
            }
            levels.get(number + 1).add(lastNode);
        }
    }
}
