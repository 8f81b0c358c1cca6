package io.flockerj.store.tree;

import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.ByteWriter;
import io.flockerj.store.wire.Bytes;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes extended attributes as bytes, and reads them: names with their prefix, such as {@code user.}, and values as the kernel gives them. */
public final class AttributeSet {
    /** No name has more bytes (XATTR_NAME_MAX of linux/limits.h). */
    public static final int LONGEST_NAME = 255;

    /** No value has more bytes (XATTR_SIZE_MAX of linux/limits.h). */
    public static final int LONGEST_VALUE = 65_536;

    private AttributeSet() {}

    /** Writes a set that is not empty. */
    public static Bytes write(SortedMap<Bytes, Bytes> attributes) {
        ByteWriter writer = new ByteWriter();
        writer.varint(attributes.size());
        attributes.forEach((name, value) -> {
            if (!isName(name) || value.length() > LONGEST_VALUE) {
                throw new IllegalArgumentException("not an extended attribute: " + name);
            }
            writer.bytes(name).bytes(value);
        });
        return Bytes.of(writer.buffer(), 0, writer.size());
    }

    /**
     * Reads a set.
     *
     * @param object what it belongs to, for messages
     */
    public static NavigableMap<Bytes, Bytes> read(String object, Bytes set) throws BrokenException {
        ByteReader reader = new ByteReader(object, set.toArray());
        NavigableMap<Bytes, Bytes> attributes = new TreeMap<>();
        long count = reader.varint();
        reader.check(count > 0, "there is no attribute in its set");
        for (long i = 0; i < count; i++) {
            Bytes name = reader.bytes("an attribute's name", LONGEST_NAME);
            reader.check(isName(name), "an attribute has no valid name");
            reader.check(
                    attributes.isEmpty() || attributes.lastKey().compareTo(name) < 0,
                    "its attributes are not in order");
            attributes.put(name, reader.bytes("an attribute's value", LONGEST_VALUE));
        }
        reader.end();
        return Collections.unmodifiableNavigableMap(attributes);
    }

    private static boolean isName(Bytes name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.at(i) == 0) {
                return false;
            }
        }
        return name.length() > 0 && name.length() <= LONGEST_NAME;
    }
}
