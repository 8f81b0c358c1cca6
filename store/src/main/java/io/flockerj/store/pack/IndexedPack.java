package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;

/**
 * What an index object tells of a pack.
 *
 * @param name of the pack
 * @param size how many bytes it has
 * @param body of its footer
 */
public record IndexedPack(Hash name, long size, Bytes body) {
    /** The end of the pack that it tells of; whether that pack ends so is another question. */
    public PackEnd end() throws BrokenException {
        return PackEnd.ofBody(name, size, body.toArray());
    }
}
