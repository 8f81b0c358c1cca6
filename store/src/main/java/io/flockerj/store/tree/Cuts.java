package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.wire.Bytes;

/** Says where a list is cut into nodes (format.md section 9): one item after the other is shown to it. */
final class Cuts {
    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long PER_LEVEL = 0x9e3779b97f4a7c15L;

    private final int least;
    private final int scale;
    private final int greatest;
    private final long levelKey;
    private int size;

    private Cuts(int least, int scale, int greatest, int level) {
        this.least = least;
        this.scale = scale;
        this.greatest = greatest;
        this.levelKey = level * PER_LEVEL;
    }

    /** For a directory: nodes of about 32 KiB. */
    static Cuts ofDirectory(int level) {
        return new Cuts(8 * 1024, 24 * 1024, 64 * 1024, level);
    }

    /** For a list of segments: nodes of about 4 KiB, for one changed page changes one. */
    static Cuts ofSegments(int level) {
        return new Cuts(1024, 3 * 1024, 16 * 1024, level);
    }

    /** Whether a node ends before an item of that size; if so, the next one has begun. */
    boolean before(int itemSize) {
        boolean cut = size > 0 && size + itemSize > greatest;
        if (cut) {
            size = 0;
        }
        return cut;
    }

    /** Whether a node ends behind this item; if so, the next one has begun. */
    boolean behind(long key, int itemSize) {
        size += itemSize;
        boolean cut = size >= least && (mix(key + levelKey) >>> 32) * scale < (long) itemSize << 32;
        if (cut) {
            size = 0;
        }
        return cut;
    }

    static long key(Bytes name) {
        long key = FNV_BASIS;
        for (int i = 0; i < name.length(); i++) {
            key = (key ^ (name.at(i) & 0xff)) * FNV_PRIME;
        }
        return key;
    }

    // The first 8 bytes as a number that is written with its lowest byte first.
    static long key(Hash hash) {
        return Long.reverseBytes(hash.first());
    }

    // The finaliser of MurmurHash3 (Appleby, public domain) for 64 bits.
    private static long mix(long key) {
        long mixed = (key ^ (key >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
