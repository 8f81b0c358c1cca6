package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;

/**
 * Where a frame is. They are in order as they lie in packs, one pack behind the other.
 *
 * @param start where it begins in the pack
 * @param length how long it is with its header
 */
public record FramePlace(Hash pack, long start, int length) implements Comparable<FramePlace> {
    /** Where the next one begins, if there is one. */
    public long end() {
        return start + length;
    }

    @Override
    public int compareTo(FramePlace other) {
        int packs = pack.compareTo(other.pack);
        return packs != 0 ? packs : Long.compare(start, other.start);
    }
}
