package io.flockerj.store.history;

import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.ByteWriter;
import io.flockerj.store.wire.Envelope;
import io.flockerj.store.wire.FieldReader;
import io.flockerj.store.wire.FieldWriter;
import io.flockerj.store.wire.UnsupportedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The packs that a snapshot needed when it was committed: a few by themselves, the others in list objects.
 *
 * @param packs in order of their names
 * @param lists names of list objects, in order
 */
public record PackList(List<PackInfo> packs, List<Hash> lists) {
    /** So many packs at most are named by themselves. */
    public static final int MOST_PACKS = 64;

    /** No more list objects are named. */
    public static final int MOST_LISTS = 256;

    /** No more packs are in a list object. */
    public static final int MOST_IN_LIST = 65_536;

    private static final String KIND = "LIST";

    public PackList {
        packs = sorted(packs);
        lists = lists.stream().sorted().toList();
        if (packs.size() > MOST_PACKS || lists.size() > MOST_LISTS) {
            throw new IllegalArgumentException(packs.size() + " packs and " + lists.size() + " lists are too many");
        }
    }

    /** A list object. */
    public static byte[] writeList(List<PackInfo> packs) {
        if (packs.size() > MOST_IN_LIST) {
            throw new IllegalArgumentException(packs.size() + " packs are too many for a list");
        }
        return Envelope.wrap(KIND, new FieldWriter().field(2, field -> writePacks(field, sorted(packs))));
    }

    /** Reads a list object. */
    public static List<PackInfo> readList(String object, byte[] bytes) throws BrokenException, UnsupportedException {
        FieldReader fields = Envelope.unwrap(object, KIND, bytes);
        List<PackInfo> packs = fields.required(2, reader -> readPacks(reader, MOST_IN_LIST));
        fields.end();
        return packs;
    }

    void write(ByteWriter writer) {
        writePacks(writer, packs);
        writer.varint(lists.size());
        lists.forEach(writer::hash);
    }

    static PackList read(ByteReader reader) throws BrokenException {
        List<PackInfo> packs = readPacks(reader, MOST_PACKS);
        int count = reader.varint("the number of lists", MOST_LISTS);
        List<Hash> lists = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Hash list = reader.hash();
            reader.check(i == 0 || lists.getLast().compareTo(list) < 0, "its lists are not in order");
            lists.add(list);
        }
        return new PackList(packs, lists);
    }

    private static List<PackInfo> sorted(List<PackInfo> packs) {
        return packs.stream().sorted(Comparator.comparing(PackInfo::name)).toList();
    }

    private static void writePacks(ByteWriter writer, List<PackInfo> packs) {
        writer.varint(packs.size());
        for (PackInfo pack : packs) {
            writer.hash(pack.name())
                    .varint(pack.size())
                    .varint(pack.footerLength())
                    .hash(pack.footerHash());
        }
    }

    private static List<PackInfo> readPacks(ByteReader reader, int most) throws BrokenException {
        int count = reader.varint("the number of packs", most);
        List<PackInfo> packs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Hash name = reader.hash();
            reader.check(i == 0 || packs.getLast().name().compareTo(name) < 0, "its packs are not in order");
            long size = reader.varint("the size of a pack", PackInfo.MOST_BYTES);
            int footer = reader.varint("the length of a footer", (int) size);
            packs.add(new PackInfo(name, size, footer, reader.hash()));
        }
        return packs;
    }
}
