package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.ByteWriter;
import java.util.Optional;

/** A part of a file: some bytes of a chunk, or nothing. */
public sealed interface Segment {
    /** No chunk with parts of files is longer. */
    int LONGEST_CHUNK = 256 * 1024;

    /** How many bytes of the file it is; at least 1. */
    long length();

    /** How many of them are not in a hole. */
    long data();

    /** Zeros that take no space. */
    record Hole(long length) implements Segment {
        public Hole {
            if (length < 1) {
                throw new IllegalArgumentException("a hole of " + length + " bytes");
            }
        }

        @Override
        public long data() {
            return 0;
        }
    }

    /**
     * Bytes of a chunk.
     *
     * @param offset where they begin in it
     */
    record Slice(Hash chunk, int offset, long length) implements Segment {
        public Slice {
            if (offset < 0 || length < 1 || length > LONGEST_CHUNK - offset) {
                throw new IllegalArgumentException("a slice of " + length + " bytes from " + offset);
            }
        }

        @Override
        public long data() {
            return length;
        }
    }

    /** This and the one that follows it as one, if they are one. */
    default Optional<Segment> joined(Segment next) {
        if (this instanceof Hole hole && next instanceof Hole other) {
            return Optional.of(new Hole(Math.addExact(hole.length(), other.length())));
        }
        if (this instanceof Slice slice
                && next instanceof Slice other
                && slice.chunk().equals(other.chunk())
                && slice.offset() + slice.length() == other.offset()) {
            return Optional.of(new Slice(slice.chunk(), slice.offset(), slice.length() + other.length()));
        }
        return Optional.empty();
    }

    /** What decides where a list is cut. */
    default long key() {
        return switch (this) {
            case Hole hole -> hole.length();
            case Slice slice -> Cuts.key(slice.chunk()) + slice.offset();
        };
    }

    default void write(ByteWriter writer) {
        switch (this) {
            case Hole hole -> writer.varint(0).varint(hole.length());
            case Slice slice ->
                writer.varint(1).hash(slice.chunk()).varint(slice.offset()).varint(slice.length());
        }
    }

    static Segment read(ByteReader reader) throws BrokenException {
        int kind = reader.varint("the kind of a segment", 1);
        if (kind == 0) {
            long length = reader.varint();
            reader.check(length > 0, "a hole is empty");
            return new Hole(length);
        }
        Hash chunk = reader.hash();
        int offset = reader.varint("the place of a slice", LONGEST_CHUNK - 1);
        int length = reader.varint("the length of a slice", LONGEST_CHUNK - offset);
        reader.check(length > 0, "a slice is empty");
        return new Slice(chunk, offset, length);
    }
}
