package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import java.io.IOException;

/** Gives nodes. */
@FunctionalInterface
public interface NodeSource {
    /**
     * The bytes of a node, which nobody changes.
     *
     * @throws IOException if they cannot be had, or do not have this id
     */
    byte[] get(Hash id) throws IOException;
}
