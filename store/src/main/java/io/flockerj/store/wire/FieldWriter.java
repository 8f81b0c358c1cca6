package io.flockerj.store.wire;

import java.util.function.Consumer;

/** Writes the fields of an object, each with a tag, in ascending order of these. Readers must know even tags, and may pass over odd ones. */
public final class FieldWriter {
    private final ByteWriter fields = new ByteWriter();
    private int last;

    /** Adds a field. */
    public FieldWriter field(int tag, Consumer<ByteWriter> value) {
        if (tag <= last) {
            throw new IllegalArgumentException("field " + tag + " behind field " + last);
        }
        last = tag;
        ByteWriter bytes = new ByteWriter();
        value.accept(bytes);
        fields.varint(tag).varint(bytes.size()).raw(bytes.buffer(), 0, bytes.size());
        return this;
    }

    byte[] toArray() {
        return fields.toArray();
    }
}
