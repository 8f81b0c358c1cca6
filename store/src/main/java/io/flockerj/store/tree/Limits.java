package io.flockerj.store.tree;

/** What no tree exceeds (format.md section 17). Writers refuse what does, and readers take it for broken. */
public final class Limits {
    /** Of directories in each other. */
    public static final int DIRECTORY_LEVELS = 4096;

    /** Of the nodes of one list. */
    static final int NODE_LEVELS = 16;

    private Limits() {}
}
