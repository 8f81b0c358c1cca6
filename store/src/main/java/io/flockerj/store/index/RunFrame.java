package io.flockerj.store.index;

import io.flockerj.store.pack.FrameKind;

/**
 * A frame in a run.
 *
 * @param pack the number of its pack in the run; {@link #NO_PACK} if that is in another run
 * @param start where it begins in the pack
 * @param length how long it is with its header
 */
record RunFrame(int pack, int start, int length, FrameKind kind) {
    static final int NO_PACK = -1;
}
