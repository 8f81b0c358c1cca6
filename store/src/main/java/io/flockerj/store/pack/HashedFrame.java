package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import java.util.Arrays;

/**
 * A frame that was unpacked, with the hashes of its chunks.
 *
 * @param hashes of all of them, or none: then each is hashed when it is asked for
 */
@SuppressWarnings("ArrayRecordComponent")
record HashedFrame(PlainFrame frame, Hash[] hashes) {
    private static final Hash[] NONE = new Hash[0];

    /** Of which a chunk or two will be asked for. */
    static HashedFrame later(PlainFrame frame) {
        return new HashedFrame(frame, NONE);
    }

    /** Of which all chunks will be asked for. */
    static HashedFrame now(PlainFrame frame, Sha256 sha256) {
        Hash[] hashes = new Hash[frame.count()];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = sha256.hash(frame.bytes(), frame.start(i), frame.length(i));
        }
        return new HashedFrame(frame, hashes);
    }

    /** A chunk, compared with its id. */
    Bytes chunk(Hash id, ChunkPlace place, Sha256 sha256) throws BrokenException {
        if (place.start() < frame.start(0)
                || place.length() < 1
                || place.length() > frame.start(frame.count()) - place.start()) {
            throw new BrokenException("chunk " + id, "it is not where pack " + place.pack() + " says");
        }
        if (!hash(place, sha256).equals(id)) {
            throw new BrokenException("chunk " + id, "pack " + place.pack() + " holds something else in its place");
        }
        return Bytes.of(frame.bytes(), place.start(), place.length());
    }

    private Hash hash(ChunkPlace place, Sha256 sha256) {
        if (hashes.length > 0) {
            int chunk = Arrays.binarySearch(frame.starts(), 0, frame.count(), place.start());
            if (chunk >= 0 && frame.length(chunk) == place.length()) {
                return hashes[chunk];
            }
        }
        return sha256.hash(frame.bytes(), place.start(), place.length());
    }
}
