package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;

/**
 * What a commit says of a pack, so that its footer can be read and verified by one request.
 *
 * @param name SHA-256 of the whole pack
 * @param size how many bytes it has
 * @param footerLength how many of them, at the end, are footer and trailer
 * @param footerHash SHA-256 of these
 */
public record PackInfo(Hash name, long size, int footerLength, Hash footerHash) {
    /** Footers that are longer are not read: with its table one takes several times as much memory. A writer makes none of a fifth of it. */
    public static final int MOST_OF_FOOTER = 16 << 20;

    /** No pack has more bytes. */
    public static final long MOST_BYTES = 128L << 20;
}
