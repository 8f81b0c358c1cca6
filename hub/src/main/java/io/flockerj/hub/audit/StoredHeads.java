package io.flockerj.hub.audit;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Value;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.Envelope;
import io.flockerj.store.wire.FieldReader;
import io.flockerj.store.wire.FieldWriter;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Heads as values of a storage, beside the repositories: {@code hub/audit/CHAIN}, each an envelope of the kind {@code AUDH} with the
 * fields 2 host, 4 version, 6 start, 8 number, 10 hash, 12 whether it has ended, 14 nonce.
 */
public final class StoredHeads implements AuditHeads {
    /** Where they are. There is one at least wherever a hub has served from. */
    public static final ObjectName FOLDER = ObjectName.of("hub", "audit");

    private static final String KIND = "AUDH";
    private static final int LONGEST_TEXT = 1024;
    private static final int TRIES = 5;

    private final Backend backend;
    private final Supplier<Id> nonces;

    public StoredHeads(Backend backend, Supplier<Id> nonces) {
        this.backend = backend;
        this.nonces = nonces;
    }

    @Override
    public void put(Head head) throws IOException {
        ObjectName name = FOLDER.child(head.id().hex());
        for (int tried = 0; tried < TRIES; tried++) {
            // Read each time: a swap whose answer was lost may have happened.
            Optional<Value> before = backend.value(name);
            if (backend.swap(name, before.map(Value::version), write(head)).isPresent()) {
                return;
            }
        }
        throw new IOException("the head of the audit in " + name + " is changed by somebody else all the time");
    }

    private byte[] write(Head head) {
        FieldWriter fields = new FieldWriter();
        fields.field(2, value -> value.text(head.chain().host()));
        fields.field(4, value -> value.text(head.chain().version()));
        fields.field(6, value -> value.varint(head.chain().started().toEpochMilli()));
        fields.field(8, value -> value.varint(head.number()));
        fields.field(10, value -> value.hash(head.hash()));
        fields.field(12, value -> value.varint(head.ended() ? 1 : 0));
        fields.field(14, value -> value.id(nonces.get()));
        return Envelope.wrap(KIND, fields);
    }

    /** The starts of hubs of which there is a head. */
    List<Id> ids() throws IOException {
        return names().stream().map(name -> Id.parse(name.lastSegment())).toList();
    }

    private List<ObjectName> names() throws IOException {
        List<ObjectName> names = new ArrayList<>();
        backend.list(FOLDER, listed -> {
            if (names.size() <= MOST && Id.isValid(listed.name().lastSegment())) {
                names.add(listed.name());
            }
        });
        if (names.size() > MOST) {
            throw new BrokenException(FOLDER.text(), "there are more than " + MOST);
        }
        return names;
    }

    @Override
    public Optional<Head> find(Id chain) throws IOException {
        ObjectName name = FOLDER.child(chain.hex());
        Optional<Value> value = backend.value(name);
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(read(name, value.get().bytes().toArray()));
    }

    @Override
    public List<Head> all() throws IOException {
        List<Head> heads = new ArrayList<>();
        for (ObjectName name : names()) {
            find(Id.parse(name.lastSegment())).ifPresent(heads::add);
        }
        return heads;
    }

    private static Head read(ObjectName name, byte[] bytes) throws BrokenException, UnsupportedException {
        FieldReader fields = Envelope.unwrap(name.text(), KIND, bytes);
        String host = fields.required(2, reader -> reader.text("a host", LONGEST_TEXT));
        String version = fields.required(4, reader -> reader.text("a version", LONGEST_TEXT));
        Instant started = Instant.ofEpochMilli(fields.required(6, ByteReader::varint));
        long number = fields.required(8, ByteReader::varint);
        Head head = new Head(
                new Chain(Id.parse(name.lastSegment()), started, host, version),
                number,
                fields.required(10, ByteReader::hash),
                fields.required(12, ByteReader::varint) == 1);
        fields.required(14, ByteReader::id);
        fields.end();
        return head;
    }
}
