package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;

/**
 * Where a chunk is.
 *
 * @param pack the name of the pack
 * @param frameStart where its frame begins in the pack
 * @param frameLength how long that is with its header
 * @param start where the chunk begins in the frame's plain bytes
 * @param length how long the chunk is
 */
public record ChunkPlace(Hash pack, long frameStart, int frameLength, int start, int length, FrameKind kind) {
    /** Its frame. */
    public FramePlace frame() {
        return new FramePlace(pack, frameStart, frameLength);
    }

    /** Where it ends in the frame's plain bytes. */
    public int end() {
        return start + length;
    }
}
