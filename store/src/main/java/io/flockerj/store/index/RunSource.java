package io.flockerj.store.index;

import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.wire.BrokenException;
import java.util.Optional;

/** What a run is made from: packs, frames in them, and chunks in these, all by numbers from 0. */
interface RunSource {
    int packs();

    PackInfo pack(int number) throws BrokenException;

    /** Whether the pack of that number is what a commit says of it. */
    default boolean isShown(int pack) {
        return true;
    }

    int frames();

    RunFrame frame(int number) throws BrokenException;

    int chunks();

    /** All chunks, in order of their ids. */
    Entries entries();

    /** Chunks one after the other. */
    @FunctionalInterface
    interface Entries {
        /** The next one; empty behind the last. */
        Optional<RunEntry> next() throws BrokenException;
    }
}
