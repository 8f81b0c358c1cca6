package io.flockerj.hub.audit;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;

/**
 * How far a chain had come at some time.
 *
 * @param number of its last act; 0 if there is none yet
 * @param hash of that act, or of the chain's beginning
 * @param ended whether no act follows
 */
public record Head(Chain chain, long number, Hash hash, boolean ended) {
    Id id() {
        return chain.id();
    }
}
