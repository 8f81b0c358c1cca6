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
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What all programs that use a repository have to agree on.
 *
 * @param repository its own id: another repository of the same volumeset has another
 * @param writeFeatures what a program has to know that writes into it
 * @param oldest the oldest program that reads and writes it, for people
 */
record RepositoryConfig(Id volumeset, Id repository, long writeFeatures, Optional<String> oldest) {
    private static final String KIND = "CONF";
    private static final int LONGEST_PROGRAM = 64;
    /** It comes from elsewhere, and is shown. */
    private static final Pattern PROGRAM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._+-]*");

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
        try {
            return readKnown(object, bytes);
        } catch (UnsupportedException e) {
            throw told(e, Envelope.peek(object, KIND, bytes).flatMap(RepositoryConfig::oldest));
        }
    }

    private static RepositoryConfig readKnown(String object, byte[] bytes)
            throws BrokenException, UnsupportedException {
        FieldReader fields = Envelope.unwrap(object, KIND, bytes);
        Id volumeset = fields.required(2, ByteReader::id);
        Id repository = fields.required(4, ByteReader::id);
        Optional<String> oldest = oldest(fields);
        long algorithms = fields.required(6, ByteReader::u32);
        List<Long> sizes = fields.required(8, reader -> List.of(reader.varint(), reader.varint(), reader.varint()));
        fields.end();
        if (algorithms != ALGORITHMS || !sizes.equals(SIZES)) {
            throw new UnsupportedException(object, "algorithms " + Long.toHexString(algorithms) + " or other sizes");
        }
        return new RepositoryConfig(volumeset, repository, fields.writeFeatures(), oldest);
    }

    private static Optional<String> oldest(FieldReader fields) {
        try {
            return fields.optional(5, reader -> reader.text("the oldest program", LONGEST_PROGRAM))
                    .filter(program -> PROGRAM.matcher(program).matches());
        } catch (BrokenException e) {
            return Optional.empty(); // It is only told; a repository can be read without.
        }
    }

    /**
     * Errs if somebody who wants to write has to know more than this program does.
     *
     * @param object as for {@link #read}
     */
    void requireWritable(String object) throws UnsupportedException {
        if (writeFeatures != 0) {
            throw told(
                    new UnsupportedException(
                            object, "write features 0x" + Long.toHexString(writeFeatures) + " to write there"),
                    oldest);
        }
    }

    private static UnsupportedException told(UnsupportedException e, Optional<String> oldest) {
        return oldest.map(e::knownSince).orElse(e);
    }
}
