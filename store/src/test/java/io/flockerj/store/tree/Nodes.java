package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Nodes in memory. */
final class Nodes implements NodeSink, NodeSource {
    private final Map<Hash, byte[]> nodes = new HashMap<>();

    @Override
    public Hash put(byte[] bytes, int length) {
        byte[] node = Arrays.copyOf(bytes, length);
        Hash id = Sha256.of(node);
        nodes.put(id, node);
        return id;
    }

    @Override
    public byte[] get(Hash id) throws BrokenException {
        byte[] node = nodes.get(id);
        if (node == null) {
            throw new BrokenException("node " + id, "it is missing");
        }
        return node;
    }

    int count() {
        return nodes.size();
    }

    void forEach(Consumer<byte[]> each) {
        nodes.values().forEach(each);
    }
}
