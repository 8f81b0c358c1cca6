package io.flockerj.store;

import io.flockerj.store.content.FastCdc;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.Envelope;
import io.flockerj.store.wire.FieldReader;
import io.flockerj.store.wire.FieldWriter;
import io.flockerj.store.wire.UnsupportedException;
import java.util.List;

/**
 * What all programs that use a repository have to agree on.
 *
 * @param repository its own id: another repository of the same volumeset has another
 * @param writeFeatures what a program has to know that writes into it
 */
record RepositoryConfig(Id volumeset, Id repository, long writeFeatures) {
    private static final String KIND = "CONF";
    private static final int SHA_256 = 1;
    private static final int FAST_CDC = 1;
    private static final int TREE_DIGEST = 1;
    private static final int ALGORITHMS = SHA_256 | (FAST_CDC << 8) | (TREE_DIGEST << 16);
    private static final List<Long> SIZES = List.of((long) FastCdc.LEAST, (long) FastCdc.MEAN, (long) FastCdc.GREATEST);

    byte[] write() {
        FieldWriter fields = new FieldWriter();
        fields.field(2, value -> value.id(volumeset)).field(4, value -> value.id(repository));
        fields.field(6, value -> value.u32(ALGORITHMS));
        fields.field(
                8, value -> value.varint(FastCdc.LEAST).varint(FastCdc.MEAN).varint(FastCdc.GREATEST));
        return Envelope.wrap(KIND, fields);
    }

    static RepositoryConfig read(String object, byte[] bytes) throws BrokenException, UnsupportedException {
        FieldReader fields = Envelope.unwrap(object, KIND, bytes);
        Id volumeset = fields.required(2, ByteReader::id);
        Id repository = fields.required(4, ByteReader::id);
        long algorithms = fields.required(6, ByteReader::u32);
        List<Long> sizes = fields.required(8, reader -> List.of(reader.varint(), reader.varint(), reader.varint()));
        fields.end();
        if (algorithms != ALGORITHMS || !sizes.equals(SIZES)) {
            throw new UnsupportedException(object, "algorithms " + Long.toHexString(algorithms) + " or other sizes");
        }
        return new RepositoryConfig(volumeset, repository, fields.writeFeatures());
    }
}
