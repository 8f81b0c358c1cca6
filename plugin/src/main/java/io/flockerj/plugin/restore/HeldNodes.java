package io.flockerj.plugin.restore;

import io.flockerj.store.tree.NodeHolder;
import java.util.List;
import java.util.function.Function;

/** Sees to it that the directories on the way down hold few nodes, however deep a tree is and whoever wrote it. */
final class HeldNodes {
    /** Of up to 256 KiB, mostly of 32. */
    private static final int MOST = 64;

    private HeldNodes() {}

    /**
     * Puts directories aside, the outermost first, until few nodes are held.
     *
     * @param levels the way down; the last is left as it is
     */
    static <T> void bound(List<T> levels, Function<T, NodeHolder> directory) {
        int held = directory.apply(levels.getLast()).held();
        for (int level = levels.size() - 2; level >= 0; level--) {
            NodeHolder outer = directory.apply(levels.get(level));
            held += outer.held();
            if (held > MOST) {
                outer.putAside();
            }
        }
    }
}
