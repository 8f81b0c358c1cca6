package io.flockerj.plugin.restore;

import io.flockerj.plugin.capture.BlockList;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.tree.Item;
import java.util.BitSet;

/** Which blocks of a file that is changed in its place are not what they were. */
final class ChangedBlocks {
    private final BitSet changed = new BitSet();
    private final boolean isNoted;

    /** @param after of which no more is noted if it is too large to be remembered */
    ChangedBlocks(Item.LargeFile before, Item.LargeFile after) {
        this.isNoted = after.size() <= Comparison.LARGEST_REMEMBERED;
        if (before.size() != after.size()) {
            // What was the last block is longer now, or what is the last one shorter.
            add(Math.min(before.size(), after.size()) - 1, 1);
        }
    }

    /** Something else is in a part of the file. */
    void add(long from, long length) {
        if (isNoted) {
            changed.set((int) (from / ContentDigester.BLOCK), (int) ((from + length - 1) / ContentDigester.BLOCK) + 1);
        }
    }

    boolean contains(int block) {
        return changed.get(block);
    }

    /** Whether a list of the blocks before has all that are not here. */
    boolean areBeside(BlockList known, int blocks) {
        return changed.nextClearBit(known.size()) >= blocks;
    }
}
