package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import java.io.IOException;

/** Where the bytes of packs come from. */
@FunctionalInterface
public interface PackSource {
    /**
     * Reads a part of a pack.
     *
     * @return at most {@code length} bytes; fewer only where the pack ends
     * @throws IOException if there is no such pack, or it cannot be read
     */
    byte[] read(Hash pack, long from, int length) throws IOException;
}
