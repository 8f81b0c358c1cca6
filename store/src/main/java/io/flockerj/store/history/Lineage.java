package io.flockerj.store.history;

import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ancestors one after the other, from a parent backwards without gap. */
final class Lineage {
    private Lineage() {}

    static List<Ancestor> checked(Optional<Id> parent, List<Ancestor> lineage) {
        if (lineage.size() > Commit.MOST_ANCESTORS) {
            throw new IllegalArgumentException(lineage.size() + " ancestors are too many");
        }
        if (!isLine(parent, lineage)) {
            throw new IllegalArgumentException("a lineage has gaps");
        }
        return List.copyOf(lineage);
    }

    static void write(ByteWriter writer, List<Ancestor> lineage) {
        writer.varint(lineage.size());
        lineage.forEach(ancestor -> ancestor.write(writer));
    }

    static List<Ancestor> read(ByteReader reader, Optional<Id> parent) throws BrokenException {
        int count = reader.varint("the number of ancestors", Commit.MOST_ANCESTORS);
        reader.check(count > 0, "its lineage is empty");
        List<Ancestor> lineage = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lineage.add(Ancestor.read(reader));
        }
        reader.check(isLine(parent, lineage), "its lineage has gaps");
        return lineage;
    }

    private static boolean isLine(Optional<Id> parent, List<Ancestor> lineage) {
        Optional<Id> next = parent;
        for (Ancestor ancestor : lineage) {
            if (!next.equals(Optional.of(ancestor.id()))) {
                return false;
            }
            next = ancestor.parent();
        }
        return true;
    }
}
