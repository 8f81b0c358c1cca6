package io.flockerj.store.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class TreeScanTest {
    private static final long SMALL_STACK = 256 << 10;

    private final Nodes nodes = new Nodes();

    @Test
    void aTreeIsGoneThroughHoweverDeepItIs() throws Exception {
        byte[] content = new byte[1000];
        TreeRef tree = deep(4000, content);
        List<Hash> asked = new ArrayList<>();

        FutureTask<Boolean> scan = new FutureTask<>(() -> {
            new TreeScan(nodes, (storage, size, digest) -> asked.add(digest)).scan(tree);
            return true;
        });
        Thread thread = new Thread(null, scan, "small stack", SMALL_STACK);
        thread.start();

        assertThat(scan.get()).isTrue();
        assertThat(asked).first().isEqualTo(Sha256.of(content));
        assertThat(asked).as("what stands behind each directory").hasSize(1 + 4000);
    }

    @Test
    void aTreeThatIsDeeperThanAnyIsRefused() throws IOException {
        TreeRef tree = deep(4200, new byte[1000]);

        assertThatThrownBy(() -> new TreeScan(nodes, (storage, size, digest) -> {}).scan(tree))
                .isInstanceOf(BrokenException.class)
                .hasMessageContaining("deep");
    }

    @Test
    void whatIsMissingIsToldWithTheFileThatNeedsIt() throws IOException {
        TreeRef tree = deep(3, new byte[1000]);
        TreeScan scan = new TreeScan(nodes, (storage, size, digest) -> {
            throw new BrokenException("chunk " + digest, "it is in no pack");
        });

        assertThatThrownBy(() -> scan.scan(tree))
                .isInstanceOf(BrokenException.class)
                .hasMessageContaining("the file d/d/d/file")
                .hasMessageContaining("in no pack");
        // What was not whole is looked at again.
        assertThatThrownBy(() -> scan.scan(tree)).isInstanceOf(BrokenException.class);
    }

    /** Directories in each other, and a file in the last. */
    private TreeRef deep(int levels, byte[] content) throws IOException {
        DirectoryWriter last = new DirectoryWriter(nodes);
        Hash digest = Sha256.of(content);
        last.add(new Entry(
                name("file"), metadata(), new Item.LargeFile(content.length, digest, new Storage.Whole(), 0)));
        TreeRef directory = last.finish();
        for (int level = 0; level < levels; level++) {
            DirectoryWriter writer = new DirectoryWriter(nodes);
            writer.add(new Entry(name("d"), metadata(), new Item.Directory(directory, 0)));
            writer.add(new Entry(
                    name("e"), metadata(), new Item.LargeFile(content.length, digest, new Storage.Whole(), 0)));
            directory = writer.finish();
        }
        return DirectoryWriter.writeRoot(nodes, metadata(), new Item.Directory(directory, 0));
    }

    private static EntryName name(String text) {
        return new EntryName(Bytes.utf8(text));
    }

    private static Metadata metadata() {
        return new Metadata(0755, 0, 0, 0, 0, 0, Optional.empty(), new Attributes.None());
    }
}
