package io.flockerj.store.history;

import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.IndexedPack;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.Bytes;
import io.flockerj.store.wire.Envelope;
import io.flockerj.store.wire.FieldReader;
import io.flockerj.store.wire.FieldWriter;
import io.flockerj.store.wire.UnsupportedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Index objects: footers of many packs, so that they are read by one request (format.md section 5.1). */
public final class PackIndex {
    private static final int MOST_PACKS = Envelope.LONGEST_INDEX / Hash.LENGTH;

    private PackIndex() {}

    /** An index object of packs, each of which is there once. */
    public static byte[] write(List<IndexedPack> packs) {
        List<IndexedPack> sorted =
                packs.stream().sorted(Comparator.comparing(IndexedPack::name)).toList();
        return Envelope.wrap(Envelope.INDEX, new FieldWriter().field(2, field -> {
                    field.varint(sorted.size());
                    sorted.forEach(
                            pack -> field.hash(pack.name()).varint(pack.size()).bytes(pack.body()));
                }));
    }

    /**
     * Reads an index object.
     *
     * @param wanted which packs to tell of
     */
    public static List<IndexedPack> read(String object, byte[] bytes, Predicate<Hash> wanted)
            throws BrokenException, UnsupportedException {
        FieldReader fields = Envelope.unwrap(object, Envelope.INDEX, bytes);
        List<IndexedPack> packs = fields.required(2, reader -> readPacks(reader, wanted));
        fields.end();
        return packs;
    }

    private static List<IndexedPack> readPacks(ByteReader reader, Predicate<Hash> wanted) throws BrokenException {
        int count = reader.varint("the number of packs", MOST_PACKS);
        List<IndexedPack> packs = new ArrayList<>();
        Hash before = null;
        for (int i = 0; i < count; i++) {
            Hash name = reader.hash();
            reader.check(before == null || before.compareTo(name) < 0, "its packs are not in order");
            before = name;
            long size = reader.varint("the size of a pack", PackInfo.MOST_BYTES);
            int length = reader.varint("the length of a footer", (int) size);
            if (wanted.test(name)) {
                Bytes body = reader.raw(length);
                packs.add(new IndexedPack(name, size, body));
            } else {
                reader.skip(length);
            }
        }
        return packs;
    }
}
