package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.ByteWriter;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A node of a directory as it was read: a leaf has entries, any other node has children.
 *
 * @param level 0 for a leaf
 * @param totals of everything in it and below
 */
record DirectoryNode(int level, List<Entry> entries, List<Child> children, Totals totals) {
    /** No node is longer. */
    static final int LONGEST = 480 * 1024;

    static final int HIGHEST_LEVEL = 15;
    static final int HEADER = 20;

    private static final Bytes MAGIC = Bytes.utf8("flkjDIRN");
    private static final int VERSION = 1;

    /**
     * A part of a directory.
     *
     * @param lastName the greatest name in it
     */
    record Child(EntryName lastName, TreeRef ref) {}

    static void writeHeader(ByteWriter writer, int level, int count, int firstLength) {
        writer.raw(MAGIC).u16(VERSION).u16(level).u32(count).u32(firstLength);
    }

    /** Reads a node, and compares what it is with the digest, and its totals with those that were told. */
    static DirectoryNode read(NodeSource nodes, TreeRef ref, Sha256 sha256) throws IOException {
        byte[] bytes = nodes.get(ref.id());
        ByteReader reader = new ByteReader("node " + ref.id(), bytes);
        reader.check(bytes.length <= LONGEST, "it is too long");
        reader.check(reader.raw(MAGIC.length()).equals(MAGIC), "it is no part of a directory");
        reader.check(reader.u16() == VERSION, "it is of an unknown version");
        int level = reader.u16();
        int count = reader.u32("the number of items", LONGEST);
        int firstLength = reader.u32("the length of its first part", LONGEST);
        reader.check(level <= HIGHEST_LEVEL, "it is on a wrong level");
        ByteReader first = reader.part(firstLength);
        reader.check(
                sha256.hash(bytes, 0, HEADER + firstLength).equals(ref.digest()),
                "its digest is not the one it was named by");
        List<Entry> entries = new ArrayList<>();
        List<Child> children = new ArrayList<>();
        Totals totals = Totals.NONE;
        for (int i = 0; i < count; i++) {
            if (level == 0) {
                entries.add(EntryFormat.read(first, reader));
                totals = totals.plus(entries.getLast().item().totals());
            } else {
                children.add(child(first, reader));
                totals = totals.plus(children.getLast().ref().totals());
            }
        }
        first.end();
        reader.end();
        reader.check(level == 0 || count > 0, "it is empty");
        reader.check(totals.equals(ref.totals()), "its totals are not those that it was named with");
        return new DirectoryNode(level, entries, children, totals);
    }

    private static Child child(ByteReader first, ByteReader second) throws IOException {
        Bytes name = first.bytes("a name", EntryName.LONGEST);
        first.check(EntryName.isValid(name), "a name is none");
        Hash digest = first.hash();
        return new Child(new EntryName(name), new TreeRef(second.hash(), digest, Totals.read(second)));
    }
}
