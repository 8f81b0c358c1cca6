package io.flockerj.store.pack;

/** What the chunks of a frame are. They lie apart, so that what a tree looks like is read without its files. */
public enum FrameKind {
    /** Parts of files. */
    DATA(0),
    /** Nodes of directories and of long lists. */
    NODES(1);

    private final int code;

    FrameKind(int code) {
        this.code = code;
    }

    /** How it is written. */
    int code() {
        return code;
    }

    static boolean isKnown(int code) {
        return code == DATA.code || code == NODES.code;
    }

    /** What is written so; {@link #isKnown} says whether anything is. */
    static FrameKind of(int code) {
        return code == NODES.code ? NODES : DATA;
    }
}
