package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import java.io.IOException;
import java.util.Optional;

/** Reads the segments of content, from its beginning to its end. */
public final class SegmentReader {
    private final NodeSource nodes;

    public SegmentReader(NodeSource nodes) {
        this.nodes = nodes;
    }

    /** Is shown one segment after the other. */
    @FunctionalInterface
    public interface Visitor {
        void segment(Segment segment) throws IOException;
    }

    /** Is shown what is different somewhere in a file. */
    @FunctionalInterface
    public interface DifferenceVisitor {
        /**
         * A part of the file that is stored otherwise than before.
         *
         * @param position of its first byte in the file
         * @param segment what it is now
         */
        void changed(long position, Segment segment) throws IOException;
    }

    /**
     * Shows the segments of content.
     *
     * @param size of the content
     * @param digest of the content
     * @throws IOException if a node cannot be had or is broken; what was shown until then is right
     */
    public void read(Storage storage, long size, Hash digest, Visitor visitor) throws IOException {
        SegmentCursor cursor = new SegmentCursor(nodes, storage, size, digest);
        for (cursor.settle(); !cursor.atEnd(); cursor.settle()) {
            Segment segment = cursor.segment();
            if (segment == null) {
                cursor.expand();
            } else {
                cursor.pass(segment.length());
                visitor.segment(segment);
            }
        }
    }

    /**
     * Shows the segments of a part of content, the first and the last of them cut to fit; reads no node that has nothing of it.
     *
     * @param from of the first byte; what is behind the end of the content is not there to be shown
     * @throws IOException as {@link #read(Storage, long, Hash, Visitor)}
     */
    public void read(Item.LargeFile file, long from, long length, Visitor visitor) throws IOException {
        SegmentCursor cursor = new SegmentCursor(nodes, file.storage(), file.size(), file.digest());
        long position = 0;
        long end = length > file.size() - from ? file.size() : from + length;
        for (cursor.settle(); !cursor.atEnd() && position < end; cursor.settle()) {
            SegmentCursor.Child node = cursor.node();
            if (node != null) {
                if (position + node.length() <= from) {
                    cursor.skip();
                    position += node.length();
                } else {
                    cursor.expand();
                }
                continue;
            }
            long before = Math.max(0, from - position);
            Segment segment = segment(cursor);
            if (before < segment.length()) {
                cursor.pass(before);
                Segment wanted = cut(before == 0 ? segment : segment(cursor), end - position - before);
                cursor.pass(segment.length() - before);
                visitor.segment(wanted);
            } else {
                cursor.pass(segment.length());
            }
            position += segment.length();
        }
    }

    private static Segment segment(SegmentCursor cursor) {
        Segment segment = cursor.segment();
        if (segment == null) {
            throw new IllegalStateException("there is no segment");
        }
        return segment;
    }

    private static Segment cut(Segment segment, long most) {
        if (segment.length() <= most) {
            return segment;
        }
        return switch (segment) {
            case Segment.Hole _ -> new Segment.Hole(most);
            case Segment.Slice slice -> new Segment.Slice(slice.chunk(), slice.offset(), most);
        };
    }

    /**
     * Shows which parts of a file are stored otherwise than before, in their order; the others are the same. Passes over nodes that the two lists
     * have in common at the same place. What is behind the former end is shown too.
     *
     * @throws IOException if a node cannot be had or is broken; what was shown until then is right
     */
    public void difference(Item.LargeFile before, Item.LargeFile after, DifferenceVisitor visitor) throws IOException {
        SegmentCursor one = new SegmentCursor(nodes, before.storage(), before.size(), before.digest());
        SegmentCursor other = new SegmentCursor(nodes, after.storage(), after.size(), after.digest());
        Joining joining = new Joining(visitor);
        while (true) {
            one.settle();
            other.settle();
            if (other.atEnd()) {
                joining.end();
                return;
            }
            SegmentCursor.Child node = one.node();
            SegmentCursor.Child otherNode = other.node();
            if (node != null && otherNode != null && isSame(node, otherNode)) {
                one.skip();
                other.skip();
                joining.same(node.length());
            } else if (node != null || otherNode != null) {
                expandHigher(one, other);
            } else {
                compare(one, other, joining);
            }
        }
    }

    /** At the same place, for both have passed as many bytes. */
    private static boolean isSame(SegmentCursor.Child one, SegmentCursor.Child other) {
        return one.id().equals(other.id()) && one.length() == other.length();
    }

    private static void expandHigher(SegmentCursor one, SegmentCursor other) throws IOException {
        SegmentCursor.Child node = one.node();
        SegmentCursor.Child otherNode = other.node();
        if (node == null) {
            other.expand();
        } else if (otherNode == null) {
            one.expand();
        } else {
            boolean known = node.level() >= 0 && otherNode.level() >= 0;
            if (!known || node.level() >= otherNode.level()) {
                one.expand();
            }
            if (!known || otherNode.level() >= node.level()) {
                other.expand();
            }
        }
    }

    private static void compare(SegmentCursor one, SegmentCursor other, Joining joining) throws IOException {
        Segment was = one.segment();
        Segment is = other.segment();
        if (is == null) {
            throw new IllegalStateException("there is no segment");
        }
        long length = was == null ? is.length() : Math.min(was.length(), is.length());
        if (was != null && isSame(was, is)) {
            joining.same(length);
        } else {
            joining.changed(
                    switch (is) {
                        case Segment.Hole hole -> new Segment.Hole(length);
                        case Segment.Slice slice -> new Segment.Slice(slice.chunk(), slice.offset(), length);
                    });
        }
        if (was != null) {
            one.pass(length);
        }
        other.pass(length);
    }

    private static boolean isSame(Segment one, Segment other) {
        return switch (one) {
            case Segment.Hole hole -> other instanceof Segment.Hole;
            case Segment.Slice slice ->
                other instanceof Segment.Slice that
                        && slice.chunk().equals(that.chunk())
                        && slice.offset() == that.offset();
        };
    }

    /** Shows as one what is one, though it was compared in parts. */
    private static final class Joining {
        private final DifferenceVisitor visitor;
        private Optional<Segment> pending = Optional.empty();
        private long position;

        Joining(DifferenceVisitor visitor) {
            this.visitor = visitor;
        }

        void same(long length) throws IOException {
            end();
            position += length;
        }

        void changed(Segment segment) throws IOException {
            Optional<Segment> joined = pending.flatMap(before -> before.joined(segment));
            if (joined.isEmpty()) {
                end();
                joined = Optional.of(segment);
            }
            pending = joined;
        }

        void end() throws IOException {
            if (pending.isPresent()) {
                visitor.changed(position, pending.get());
                position += pending.get().length();
                pending = Optional.empty();
            }
        }
    }
}
