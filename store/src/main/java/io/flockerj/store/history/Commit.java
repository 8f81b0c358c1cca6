package io.flockerj.store.history;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Totals;
import io.flockerj.store.tree.TreeRef;
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
 * A snapshot in a repository.
 *
 * @param parent empty for a first one; never changes
 * @param tree what it holds
 * @param packs where that was to be found when it was committed
 * @param lineage ancestors that had no commit in the repository then, from the parent backwards
 * @param epoch of the collection of garbage then; 0 where none was ever collected
 */
public record Commit(
        Id volumeset,
        Id snapshot,
        Optional<Id> parent,
        Instant time,
        TreeRef tree,
        PackList packs,
        List<Ancestor> lineage,
        long epoch,
        SnapshotRecord snapshotRecord) {
    /** No more ancestors travel in a commit. */
    public static final int MOST_ANCESTORS = 65_536;

    private static final String KIND = "CMIT";

    public Commit {
        lineage = Lineage.checked(parent, lineage);
    }

    /** The object. */
    public byte[] write() {
        FieldWriter fields = new FieldWriter();
        fields.field(2, value -> value.id(volumeset));
        fields.field(4, value -> value.id(snapshot));
        parent.ifPresent(id -> fields.field(6, value -> value.id(id)));
        fields.field(8, value -> Times.write(value, time));
        fields.field(10, value -> {
            Totals totals = tree.totals();
            value.hash(tree.id()).hash(tree.digest());
            value.varint(totals.entries()).varint(totals.bytes()).varint(totals.data());
        });
        fields.field(12, packs::write);
        if (!lineage.isEmpty()) {
            fields.field(14, value -> Lineage.write(value, lineage));
        }
        fields.field(16, value -> value.varint(epoch));
        snapshotRecord.write(fields);
        return Envelope.wrap(KIND, fields);
    }

    /** What a ref names the object by. */
    public static Hash hash(byte[] object) {
        return Sha256.of(object);
    }

    /**
     * Reads an object.
     *
     * @param object what is read, for messages
     */
    public static Commit read(String object, byte[] bytes) throws BrokenException, UnsupportedException {
        FieldReader fields = Envelope.unwrap(object, KIND, bytes);
        Id volumeset = fields.required(2, ByteReader::id);
        Id snapshot = fields.required(4, ByteReader::id);
        Optional<Id> parent = fields.optional(6, ByteReader::id);
        Instant time = fields.required(8, Times::read);
        TreeRef tree = fields.required(10, Commit::tree);
        PackList packs = fields.required(12, PackList::read);
        List<Ancestor> lineage =
                fields.optional(14, reader -> Lineage.read(reader, parent)).orElse(List.of());
        long epoch = fields.required(16, ByteReader::varint);
        SnapshotRecord record = SnapshotRecord.read(fields);
        fields.end();
        return new Commit(volumeset, snapshot, parent, time, tree, packs, lineage, epoch, record);
    }

    private static TreeRef tree(ByteReader reader) throws BrokenException {
        Hash id = reader.hash();
        Hash digest = reader.hash();
        return new TreeRef(id, digest, new Totals(reader.varint(), reader.varint(), reader.varint()));
    }
}
