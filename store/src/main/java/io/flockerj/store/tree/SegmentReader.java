package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the segments of content, from its beginning to its end. */
public final class SegmentReader {
    private static final Bytes MAGIC = Bytes.utf8(SegmentWriter.MAGIC);

    private final NodeSource nodes;

    public SegmentReader(NodeSource nodes) {
        this.nodes = nodes;
    }

    /** Is shown one segment after the other. */
    @FunctionalInterface
    public interface Visitor {
        void segment(Segment segment) throws IOException;
    }

    /**
     * Shows the segments of content.
     *
     * @param size of the content
     * @param digest of the content
     * @throws IOException if a node cannot be had or is broken; what was shown until then is right
     */
    public void read(Storage storage, long size, Hash digest, Visitor visitor) throws IOException {
        switch (storage) {
            case Storage.Whole() -> visitor.segment(new Segment.Slice(digest, 0, size));
            case Storage.Few(List<Segment> segments) -> {
                for (Segment segment : segments) {
                    visitor.segment(segment);
                }
            }
            case Storage.Many(Hash root, long data) -> new Walk(visitor).node(root, -1, size, data);
        }
    }

    private final class Walk {
        private final Visitor visitor;
        private @Nullable Segment last;

        Walk(Visitor visitor) {
            this.visitor = visitor;
        }

        // The level is -1 for the root, which may be on any.
        void node(Hash id, int level, long length, long data) throws IOException {
            byte[] bytes = nodes.get(id);
            ByteReader reader = new ByteReader("node " + id, bytes);
            reader.check(bytes.length <= DirectoryNode.LONGEST, "it is too long");
            reader.check(reader.raw(MAGIC.length()).equals(MAGIC), "it is no list of segments");
            reader.check(reader.u16() == SegmentWriter.VERSION, "it is of an unknown version");
            int here = reader.u16();
            reader.check(here <= DirectoryNode.HIGHEST_LEVEL && (level < 0 || here == level), "it is on a wrong level");
            int count = reader.u32("the number of items", DirectoryNode.LONGEST);
            reader.check(count > 0, "it is empty");
            long lengthLeft = length;
            long dataLeft = data;
            for (int i = 0; i < count; i++) {
                long itemLength;
                long itemData;
                if (here == 0) {
                    Segment segment = Segment.read(reader);
                    itemLength = segment.length();
                    itemData = segment.data();
                    reader.check(itemLength <= lengthLeft && itemData <= dataLeft, "it is longer than it should be");
                    show(reader, segment);
                } else {
                    Hash child = reader.hash();
                    itemLength = reader.varint();
                    itemData = reader.varint();
                    reader.check(itemLength <= lengthLeft && itemData <= dataLeft, "it is longer than it should be");
                    node(child, here - 1, itemLength, itemData);
                }
                lengthLeft -= itemLength;
                dataLeft -= itemData;
            }
            reader.end();
            reader.check(lengthLeft == 0 && dataLeft == 0, "it is shorter than it should be");
        }

        private void show(ByteReader reader, Segment segment) throws IOException {
            Segment before = last;
            reader.check(before == null || before.joined(segment).isEmpty(), "two segments should be written as one");
            last = segment;
            visitor.segment(segment);
        }
    }
}
