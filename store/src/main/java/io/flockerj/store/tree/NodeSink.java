package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import java.io.IOException;

/** Takes nodes, each before those that name it. */
@FunctionalInterface
public interface NodeSink {
    /**
     * Takes a node.
     *
     * @param bytes hold it at their beginning; they may be written over after the call
     * @return its id
     */
    Hash put(byte[] bytes, int length) throws IOException;
}
