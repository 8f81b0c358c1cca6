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

    /** Adds a pack. */
    void add(PackInfo pack, PackTable table);

    /**
     * Adds a pack of which it is remembered from earlier what is in it. Whether the pack is still there is another question.
     *
     * @param pack as a commit names it: a footer other than that is none
     * @return whether it is remembered, and so was added
     */
    boolean recall(PackInfo pack);

    /** Takes a pack out again, for it is gone. */
    void remove(Hash pack);

    /** Whether everything that was added and not taken out is still known: what cannot be kept may be forgotten. */
    default boolean isComplete() {
        return true;
    }
}
