package io.flockerj.plugin.restore;

import static io.flockerj.plugin.restore.HandmadeTrees.random;
import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.capture.BlockList;
import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Hash;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentHereTest {
    private static final int BLOCK = ContentDigester.BLOCK;
    private static final int PAGE = 4096;

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
    private int holesLookedFor;
    private int reads;
    private final ContentHere.Holes holes = new ContentHere.Holes() {
        @Override
        public OptionalLong data(FileHandle file, long from) throws IOException {
            return FileContent.data(file, from);
        }

        @Override
        public long hole(FileHandle file, long from) throws IOException {
            holesLookedFor++;
            return FileContent.hole(file, from);
        }
    };
    private final ContentHere here = new ContentHere(blocks, holes, new Progress() {
        @Override
        public void phase(String word) {}

        @Override
        public void expect(long bytes, long entries) {}

        @Override
        public void add(long bytes, long entries) {
            reads++; // It is told after each.
        }
    });

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

    /** To look for one costs as much as there are pieces of data before it. */
    @Test
    void holesAreNotLookedForInEachBlockThatChanged() throws IOException {
        byte[] before = random(1, 100 * BLOCK);
        byte[] after = before.clone();
        ChangedBlocks changed = new ChangedBlocks(content(before), content(after));
        for (int block = 0; block < 100; block += 3) {
            after[block * BLOCK + 10]++;
            changed.add(block * BLOCK + 10, 1);
        }
        Item.LargeFile was = content(before);
        Item.LargeFile is = content(after);

        try (FileHandle file = file(after)) {
            assertThat(here.isIntact(file, was, is, changed)).isTrue();
            assertThat(holesLookedFor).isZero();

            assertThat(here.isIntact(file, is)).isTrue();
            assertThat(holesLookedFor).isOne();
        }
    }

    @Test
    void whatHasBecomeAHoleIsNotRead() throws IOException {
        byte[] before = random(1, 100 * BLOCK);
        byte[] after = before.clone();
        Arrays.fill(after, 7 * BLOCK, 90 * BLOCK - 5, (byte) 0);
        Item.LargeFile was = content(before);
        Item.LargeFile is = content(after);
        ChangedBlocks changed = new ChangedBlocks(was, is);
        changed.add(7 * BLOCK, 83 * BLOCK - 5);

        try (FileHandle file = sparse(after)) {
            assertThat(here.isIntact(file, was, is, changed)).isTrue();
            assertThat(reads).isOne();
            reads = 0;
            assertThat(here.isIntact(file, is)).isTrue();
            assertThat(reads).isBetween(3, 4);
        }
        after[50 * BLOCK]++;
        try (FileHandle file = sparse(after)) {
            assertThat(here.isIntact(file, was, is, changed)).isFalse();
            assertThat(here.isIntact(file, is)).isFalse();
        }
    }

    /** A file that has holes where there are pages of zeros. */
    private FileHandle sparse(byte[] bytes) throws IOException {
        Path path = directory.resolve("sparse");
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (int at = 0; at < bytes.length; at += PAGE) {
                if (!Arrays.equals(bytes, at, at + PAGE, new byte[PAGE], 0, PAGE)) {
                    channel.write(ByteBuffer.wrap(bytes, at, PAGE), at);
                }
            }
        }
        return FileHandle.openRead(path);
    }
}
