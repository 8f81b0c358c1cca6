package io.flockerj.store.history;

import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.Envelope;
import io.flockerj.store.wire.FieldReader;
import io.flockerj.store.wire.FieldWriter;
import io.flockerj.store.wire.UnsupportedException;
import java.util.Optional;

/**
 * What a name on a remote stands for at one time.
 *
 * @param volumeset empty if the name is free again
 * @param nonce makes each value another one
 * @param generation one more than the value before, from 1
 */
public record NameValue(String name, Optional<Id> volumeset, Id nonce, long generation) {
    private static final String KIND = "NAME";
    private static final int LONGEST_NAME = 128;

    /** The value's bytes. */
    public byte[] write() {
        FieldWriter fields = new FieldWriter();
        fields.field(2, value -> value.text(name));
        volumeset.ifPresent(id -> fields.field(4, value -> value.id(id)));
        fields.field(6, value -> value.id(nonce));
        fields.field(8, value -> value.varint(generation));
        return Envelope.wrap(KIND, fields);
    }

    /** Reads a value. */
    public static NameValue read(String object, byte[] bytes) throws BrokenException, UnsupportedException {
        FieldReader fields = Envelope.unwrap(object, KIND, bytes);
        NameValue value = new NameValue(
                fields.required(2, reader -> reader.text("a name", LONGEST_NAME)),
                fields.optional(4, ByteReader::id),
                fields.required(6, ByteReader::id),
                fields.required(8, ByteReader::varint));
        fields.end();
        return value;
    }
}
