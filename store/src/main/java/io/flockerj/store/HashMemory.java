package io.flockerj.store;

import io.flockerj.store.id.Hash;
import java.util.Optional;

/**
 * Remembers hashes by keys that are hashes themselves, in 68 bytes each, as many as there is room for. Of those that were used in the round that
 * is under way none is forgotten, and of the others first what was not used for the most rounds: so of more than fit, asked for in each round in
 * the same order, as many as fit are found. For one thread.
 */
final class HashMemory {
    /** A key has one of so many places: then nearly all of them are in use before anything is forgotten. */
    static final int WAYS = 8;

    private static final int LONGS = 8;

    private final int groups;
    private final long[] table;
    /** The round in which each place was used last; 0 for one that is free. */
    private final int[] rounds;

    private int round = 1;

    /** @param places how many hashes are remembered, a multiple of {@link #WAYS} */
    HashMemory(int places) {
        this.groups = places / WAYS;
        this.table = new long[places * LONGS];
        this.rounds = new int[places];
    }

    /** Begins another round. */
    void next() {
        round = Math.incrementExact(round);
    }

    Optional<Hash> find(Hash key) {
        int first = group(key);
        for (int place = first; place < first + WAYS; place++) {
            if (rounds[place] != 0 && hashAt(place * LONGS).equals(key)) {
                rounds[place] = round;
                return Optional.of(hashAt(place * LONGS + LONGS / 2));
            }
        }
        return Optional.empty();
    }

    /** Remembers what is not remembered, unless all places that it could have are in use in this round. */
    void put(Hash key, Hash hash) {
        int place = placeFor(key);
        if (place >= 0) {
            rounds[place] = round;
            putAt(place * LONGS, key);
            putAt(place * LONGS + LONGS / 2, hash);
        }
    }

    /** Negative if there is none. */
    private int placeFor(Hash key) {
        int oldest = group(key);
        for (int place = oldest + 1; place < group(key) + WAYS; place++) {
            if (rounds[place] < rounds[oldest]) {
                oldest = place;
            }
        }
        return rounds[oldest] < round ? oldest : -1;
    }

    private int group(Hash key) {
        return (int) Long.remainderUnsigned(key.first(), groups) * WAYS;
    }

    private Hash hashAt(int at) {
        return new Hash(table[at], table[at + 1], table[at + 2], table[at + 3]);
    }

    private void putAt(int at, Hash hash) {
        table[at] = hash.first();
        table[at + 1] = hash.second();
        table[at + 2] = hash.third();
        table[at + 3] = hash.fourth();
    }
}
