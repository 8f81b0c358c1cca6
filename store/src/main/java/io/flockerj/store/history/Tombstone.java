package io.flockerj.store.history;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.Envelope;
import io.flockerj.store.wire.FieldReader;
import io.flockerj.store.wire.FieldWriter;
import io.flockerj.store.wire.UnsupportedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is left of a snapshot that was removed from a repository: its place in the history.
 *
 * @param digest of what it held
 * @param lineage as it was in its commit
 */
public record Tombstone(
        Id volumeset, Id snapshot, Optional<Id> parent, Instant time, Hash digest, List<Ancestor> lineage) {
    private static final String KIND = "TOMB";

    public Tombstone {
        lineage = Lineage.checked(parent, lineage);
    }

    /** What is to be left of a snapshot. */
    public static Tombstone of(Commit commit) {
        return new Tombstone(
                commit.volumeset(),
                commit.snapshot(),
                commit.parent(),
                commit.time(),
                commit.tree().digest(),
                commit.lineage());
    }

    /** The object. */
    public byte[] write() {
        FieldWriter fields = new FieldWriter();
        fields.field(2, value -> value.id(volumeset)).field(4, value -> value.id(snapshot));
        parent.ifPresent(id -> fields.field(6, value -> value.id(id)));
        fields.field(8, value -> Times.write(value, time)).field(10, value -> value.hash(digest));
        if (!lineage.isEmpty()) {
            fields.field(14, value -> Lineage.write(value, lineage));
        }
        return Envelope.wrap(KIND, fields);
    }

    /**
     * Reads an object.
     *
     * @param object what is read, for messages
     */
    public static Tombstone read(String object, byte[] bytes) throws BrokenException, UnsupportedException {
        FieldReader fields = Envelope.unwrap(object, KIND, bytes);
        Id volumeset = fields.required(2, ByteReader::id);
        Id snapshot = fields.required(4, ByteReader::id);
        Optional<Id> parent = fields.optional(6, ByteReader::id);
        Instant time = fields.required(8, Times::read);
        Hash digest = fields.required(10, ByteReader::hash);
        List<Ancestor> lineage =
                fields.optional(14, reader -> Lineage.read(reader, parent)).orElse(List.of());
        fields.end();
        return new Tombstone(volumeset, snapshot, parent, time, digest, lineage);
    }
}
