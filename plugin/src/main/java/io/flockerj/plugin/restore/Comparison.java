package io.flockerj.plugin.restore;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.capture.BlockList;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.tree.Item;
import java.io.IOException;
import java.util.Optional;

/** Compares content that passes by, from its beginning to its end, with its digest, and remembers the blocks of a large file that is right. */
final class Comparison {
    /** A changed file of up to so many bytes is read once more, and nothing remembered of it. */
    static final long READ_AGAIN = 16 << 20;

    /** The blocks of a larger one would take too much memory, 8 MiB a few times over. */
    static final long LARGEST_REMEMBERED = 16L << 30;

    private final BlockHashes blocks;
    private final Item.LargeFile content;
    private final Optional<BlockList.Collector> collector;
    private final ContentDigester digester;

    Comparison(BlockHashes blocks, Item.LargeFile content) {
        this.blocks = blocks;
        this.content = content;
        this.collector = isRemembered(content) ? Optional.of(new BlockList.Collector()) : Optional.empty();
        this.digester = collector.isPresent() ? new ContentDigester(collector.get()) : new ContentDigester();
    }

    private static boolean isRemembered(Item.LargeFile content) {
        return content.size() > READ_AGAIN && content.size() <= LARGEST_REMEMBERED;
    }

    /** Takes what passes by. */
    ContentDigester digester() {
        return digester;
    }

    /** Whether what has passed by is the content. */
    boolean isRight() throws IOException {
        if (digester.size() != content.size() || !digester.finish().equals(content.digest())) {
            return false;
        }
        Optional<BlockList> list = collector.flatMap(BlockList.Collector::finish);
        if (list.isPresent()) {
            blocks.put(content.digest(), list.get());
        }
        return true;
    }
}
