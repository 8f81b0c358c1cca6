package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import java.util.Optional;

/**
 * Knows where chunks are, as far as it was told. It is a memory, not the truth: a pack that it names may be gone, and a chunk that it
 * does not know may be there.
 */
public interface ChunkIndex {
    /** One place of a chunk; empty if none is known. */
    Optional<ChunkPlace> find(Hash chunk);

    /** Whether any place of a chunk is known. */
    boolean contains(Hash chunk);

    /** Whether a pack was added. */
    boolean knows(Hash pack);

    /** Remembers what is in a pack. */
    void add(Hash pack, PackTable table);

    /** Forgets a pack, for it is gone. */
    void remove(Hash pack);
}
