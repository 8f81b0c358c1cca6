package io.flockerj.plugin.restore;

import static io.flockerj.plugin.restore.HandmadeTrees.random;
import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.capture.BlockList;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Hash;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentHereTest {
    private static final int BLOCK = ContentDigester.BLOCK;

    @TempDir
    Path directory;

    private final Map<Hash, BlockList> remembered = new HashMap<>();
    private final BlockHashes blocks = new BlockHashes() {
        @Override
        public Optional<BlockList> find(Hash digest) {
            return Optional.ofNullable(remembered.get(digest));
        }

        @Override
        public void put(Hash digest, BlockList list) {
            remembered.put(digest, list);
        }
    };
    private final ContentHere here = new ContentHere(blocks, Progress.IGNORED);

    /** What a file should hold; its blocks are remembered. */
    private Item.LargeFile content(byte[] bytes) {
        BlockList.Collector collector = new BlockList.Collector();
        ContentDigester digester = new ContentDigester(collector);
        digester.data(bytes, 0, bytes.length);
        Hash digest = digester.finish();
        remembered.put(digest, collector.finish().orElseThrow());
        return new Item.LargeFile(bytes.length, digest, new Storage.Whole(), 0);
    }

    private FileHandle file(byte[] bytes) throws IOException {
        return FileHandle.openRead(Files.write(directory.resolve("file"), bytes));
    }

    @Test
    void aFileThatIsLongerOrShorterIsNotIntactThoughWhatItShouldHoldIsThere() throws IOException {
        byte[] before = random(1, 5 * BLOCK);
        Arrays.fill(before, 4 * BLOCK, 5 * BLOCK, (byte) 0);
        byte[] after = before.clone();
        after[10]++;
        Item.LargeFile was = content(before);
        Item.LargeFile is = content(after);
        ChangedBlocks changed = new ChangedBlocks(was, is);
        changed.add(10, 1);

        for (int length : new int[] {after.length + 1, after.length - 1, 4 * BLOCK, after.length + 3 * BLOCK}) {
            try (FileHandle file = file(Arrays.copyOf(after, length))) {
                assertThat(here.isIntact(file, is)).as("%d bytes", length).isFalse();
                assertThat(here.isIntact(file, was, is, changed))
                        .as("%d bytes, the others remembered", length)
                        .isFalse();
            }
        }
        try (FileHandle file = file(after)) {
            assertThat(here.isIntact(file, is)).isTrue();
            assertThat(here.isIntact(file, was, is, changed)).isTrue();
        }
    }
}
