package io.flockerj.store.history;

import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.ByteWriter;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a snapshot whose content is not in the repository.
 *
 * @param parent empty for a first one
 */
public record Ancestor(Id id, Optional<Id> parent, Instant time) {
    void write(ByteWriter writer) {
        writer.id(id).u8(parent.isPresent() ? 1 : 0);
        parent.ifPresent(writer::id);
        Times.write(writer, time);
    }

    static Ancestor read(ByteReader reader) throws BrokenException {
        Id id = reader.id();
        int has = reader.u8();
        reader.check(has <= 1, "an ancestor is written in an unknown way");
        Optional<Id> parent = has == 1 ? Optional.of(reader.id()) : Optional.empty();
        return new Ancestor(id, parent, Times.read(reader));
    }
}
