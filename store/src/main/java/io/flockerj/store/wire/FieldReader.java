package io.flockerj.store.wire;

import java.util.Optional;
import java.util.TreeMap;

/** The fields of an object. Each is asked for once; {@link #end} errs if one is left that must be understood. */
public final class FieldReader {
    /** No object has more: a stranger's could fill the memory by fields that nobody reads. */
    public static final int MOST_FIELDS = 256;

    private static final int GREATEST_TAG = 1 << 20;

    private final String object;
    private final TreeMap<Integer, ByteReader> fields = new TreeMap<>();
    private final long writeFeatures;

    FieldReader(String object, ByteReader body, long writeFeatures) throws BrokenException {
        this.object = object;
        this.writeFeatures = writeFeatures;
        int last = 0;
        while (body.remaining() > 0) {
            int tag = body.varint("the tag of a field", GREATEST_TAG);
            body.check(tag > last, "its fields are not in order");
            body.check(fields.size() < MOST_FIELDS, "it has more than " + MOST_FIELDS + " fields");
            last = tag;
            fields.put(tag, body.part(body.varint("the length of a field", body.remaining())));
        }
    }

    /** How a field is read. */
    @FunctionalInterface
    public interface Decoder<T> {
        T decode(ByteReader value) throws BrokenException;
    }

    /** Which features a program has to know that writes into the repository; 0 if none. */
    public long writeFeatures() {
        return writeFeatures;
    }

    /** A field that must be there. */
    public <T> T required(int tag, Decoder<T> decoder) throws BrokenException {
        return optional(tag, decoder).orElseThrow(() -> new BrokenException(object, "field " + tag + " is missing"));
    }

    /** A field that may be missing. */
    public <T> Optional<T> optional(int tag, Decoder<T> decoder) throws BrokenException {
        ByteReader value = fields.remove(tag);
        if (value == null) {
            return Optional.empty();
        }
        T decoded = decoder.decode(value);
        value.end();
        return Optional.of(decoded);
    }

    /** Errs if a field was not asked for that must be understood. */
    public void end() throws UnsupportedException {
        for (int tag : fields.keySet()) {
            if (tag % 2 == 0) {
                throw new UnsupportedException(object, "field " + tag);
            }
        }
    }
}
