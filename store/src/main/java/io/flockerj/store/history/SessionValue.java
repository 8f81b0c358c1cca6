package io.flockerj.store.history;

import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.Envelope;
import io.flockerj.store.wire.FieldReader;
import io.flockerj.store.wire.FieldWriter;
import io.flockerj.store.wire.UnsupportedException;
import java.time.Instant;
import java.util.Optional;

/**
 * What a writer at work says of itself.
 *
 * @param epoch of the collection of garbage when it began
 * @param nonce makes each value another one
 * @param generation one more than the value before, from 1
 * @param at when it was written; for people
 * @param by host and program; for people
 */
public record SessionValue(Id id, long epoch, Id nonce, long generation, Optional<Instant> at, Optional<String> by) {
    private static final String KIND = "SESS";
    private static final int LONGEST_BY = 1024;

    /** The value's bytes. */
    public byte[] write() {
        FieldWriter fields = new FieldWriter();
        fields.field(2, value -> value.id(id));
        at.ifPresent(time -> fields.field(3, value -> Times.write(value, time)));
        fields.field(4, value -> value.varint(epoch));
        by.ifPresent(text -> fields.field(5, value -> value.text(text)));
        fields.field(6, value -> value.id(nonce));
        fields.field(8, value -> value.varint(generation));
        return Envelope.wrap(KIND, fields);
    }

    /** Reads a value. */
    public static SessionValue read(String object, byte[] bytes) throws BrokenException, UnsupportedException {
        FieldReader fields = Envelope.unwrap(object, KIND, bytes);
        Id id = fields.required(2, ByteReader::id);
        Optional<Instant> at = fields.optional(3, Times::read);
        long epoch = fields.required(4, ByteReader::varint);
        Optional<String> by = fields.optional(5, reader -> reader.text("who is at work", LONGEST_BY));
        SessionValue value = new SessionValue(
                id, epoch, fields.required(6, ByteReader::id), fields.required(8, ByteReader::varint), at, by);
        fields.end();
        return value;
    }
}
