package io.flockerj.plugin.capture;

import io.flockerj.store.tree.TreeRef;
import java.util.List;

/**
 * A tree that is in a repository as soon as its chunks are.
 *
 * @param root names it; its totals tell how much is in it
 * @param entries how many names were looked at
 * @param bytesRead how many bytes of files were read
 * @param remarks what a person may want to know, each a sentence; not more than {@link #MOST_REMARKS}
 */
public record Captured(TreeRef root, long entries, long bytesRead, List<String> remarks) {
    /** Further ones would say the same. */
    public static final int MOST_REMARKS = 100;

    public Captured {
        remarks = List.copyOf(remarks);
    }
}
