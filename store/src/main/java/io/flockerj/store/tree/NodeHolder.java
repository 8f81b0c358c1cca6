package io.flockerj.store.tree;

/** Holds nodes of a directory in memory while it is gone through, and can do without them for a while. */
public interface NodeHolder {
    /** How many it holds now, each of up to a chunk. */
    int held();

    /** Lets go of the nodes that it holds; what follows reads them again, and is the same as without this. */
    void putAside();
}
