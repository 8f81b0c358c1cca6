package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.ByteWriter;
import java.util.ArrayList;
import java.util.List;

/** Where content is stored (format.md section 6). It says nothing of what the content is. */
public sealed interface Storage {
    /** A list that is not longer stands where it is needed, and needs no node. */
    int MOST_SEGMENTS = 6;

    /** All of the chunk whose id is the digest of the content. */
    record Whole() implements Storage {}

    /** A few segments. */
    record Few(List<Segment> segments) implements Storage {
        public Few {
            segments = List.copyOf(segments);
            if (segments.isEmpty() || segments.size() > MOST_SEGMENTS) {
                throw new IllegalArgumentException(segments.size() + " segments are not a few");
            }
        }
    }

    /**
     * A list in nodes.
     *
     * @param root the id of its root node
     * @param data how many bytes are not in holes
     */
    record Many(Hash root, long data) implements Storage {}

    /** How many bytes of content of that size are not in holes. */
    default long data(long size) {
        return switch (this) {
            case Whole() -> size;
            case Few(List<Segment> segments) ->
                segments.stream().mapToLong(Segment::data).sum();
            case Many(Hash root, long data) -> data;
        };
    }

    default void write(ByteWriter writer) {
        switch (this) {
            case Whole() -> writer.u8(0);
            case Few(List<Segment> segments) -> {
                writer.u8(1).u8(segments.size());
                segments.forEach(segment -> segment.write(writer));
            }
            case Many(Hash root, long data) -> writer.u8(2).hash(root).varint(data);
        }
    }

    /** Reads where content of that size is. */
    static Storage read(ByteReader reader, long size) throws BrokenException {
        return switch (reader.u8()) {
            case 0 -> {
                reader.check(size <= 64 * 1024, "content is too long for one chunk");
                yield new Whole();
            }
            case 1 -> few(reader, size);
            case 2 -> {
                Many many = new Many(reader.hash(), reader.varint());
                reader.check(many.data() <= size, "content has more data than bytes");
                yield many;
            }
            default -> throw reader.broken("content is stored in an unknown way");
        };
    }

    private static Storage few(ByteReader reader, long size) throws BrokenException {
        int count = reader.u8();
        reader.check(count > 0 && count <= MOST_SEGMENTS, "content has no or too many segments");
        List<Segment> segments = new ArrayList<>();
        long left = size;
        for (int i = 0; i < count; i++) {
            Segment segment = Segment.read(reader);
            reader.check(segment.length() <= left, "segments are longer than the content");
            reader.check(
                    i == 0 || segments.getLast().joined(segment).isEmpty(), "two segments should be written as one");
            left -= segment.length();
            segments.add(segment);
        }
        reader.check(left == 0, "segments are shorter than the content");
        return new Few(segments);
    }
}
