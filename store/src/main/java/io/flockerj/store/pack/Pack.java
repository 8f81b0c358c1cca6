package io.flockerj.store.pack;

import java.util.List;

/**
 * A pack that is ready to be written.
 *
 * @param pieces its bytes, one array after the other; nobody changes them
 * @param table what is where in it
 */
public record Pack(PackInfo info, List<byte[]> pieces, PackTable table) {
    /** What an index object tells of it. */
    public IndexedPack indexed() {
        // Footer and trailer are written as one.
        return new IndexedPack(info.name(), info.size(), PackFooter.body(pieces.getLast()));
    }
}
